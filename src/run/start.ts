import { createAwsClients } from "../aws/clients.ts";
import { type RunResult, clean } from "./run.ts";
import { type Config, narrow, parseConfig } from "../settings/config.ts";
import { type WriteEntry, createLog } from "../log.ts";
import type { Observer } from "./context.ts";

/** What starts a run. */
export interface Start {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What asks for the run; it can narrow it. */
  readonly event?: unknown;
  /** Takes the log's entries; by default they go to where Lambda reads them. */
  readonly writeLog?: WriteEntry;
  readonly observer?: Observer;
  /** Milliseconds until Lambda ends the process; without a limit if missing. */
  readonly remainingMs?: () => number;
}

/** What came of a run, and what it was to do. */
export interface StartedRun extends RunResult {
  readonly config: Config;
}

/** With less than this left, in ms, nothing new is started: what is under way, repeats included, has to end by then. */
const RESERVE_MS = 30_000;

/** Makes one run, and logs its settings before and its summary after; throws ConfigError if it cannot start. */
export async function start(request: Start): Promise<StartedRun> {
  const { env, event, writeLog, observer = {}, remainingMs = () => Infinity } = request;
  const { config: settings, concurrency, logLevel, warnings } = parseConfig(env);
  const log = createLog(logLevel, writeLog);
  for (const warning of warnings) log.warn("A setting is wrong", { reason: warning });

  const config = narrow(settings, event);
  const aws = await createAwsClients({
    ...(concurrency !== undefined && { concurrency }),
    hasTime: () => remainingMs() > RESERVE_MS,
    // The AWS command line heeds the second one too, which the SDK does not.
    region: env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"],
  });
  log.info("Starting", { region: aws.region, logLevel, concurrency, ...config });

  const result = await clean({ config, aws, log, now: Date.now, observer });
  log.info("Finished", { ...result.summary });
  return { ...result, config };
}
