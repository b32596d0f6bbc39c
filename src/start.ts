import { createAwsClients } from "./aws/clients.ts";
import { type RunResult, clean } from "./clean.ts";
import { narrow, parseConfig } from "./config.ts";
import { createLog } from "./log.ts";
import type { OnPlan } from "./run.ts";

/** What starts a run. */
export interface Start {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What asks for the run; it can narrow it. */
  readonly event?: unknown;
  /** Takes the log's lines; by default they go to where Lambda reads them. */
  readonly writeLog?: (line: string) => void;
  readonly onPlan?: OnPlan;
}

/** Makes one run, and logs its settings before and its summary after; throws ConfigError if it cannot start. */
export async function start({ env, event, writeLog, onPlan }: Start): Promise<RunResult> {
  const { config: settings, logLevel, warnings } = parseConfig(env);
  const log = createLog(logLevel, writeLog);
  for (const warning of warnings) log.warn("A setting is wrong", { reason: warning });

  const config = narrow(settings, event);
  const aws = await createAwsClients();
  log.info("Starting", { region: aws.region, logLevel, ...config });

  const result = await clean({ config, aws, log, now: Date.now, ...(onPlan && { onPlan }) });
  log.info("Finished", { ...result.summary });
  return result;
}
