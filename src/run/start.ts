import { connectAws } from "../aws/clients.ts";
import { type WriteEntry, createLog } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import { type Config, parseConfig } from "../settings/config.ts";
import { narrow } from "../settings/event.ts";
import type { Observer } from "./observer.ts";
import { type RunResult, run } from "./run.ts";

/** What starts a run. */
export interface Start {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The event that asks for the run. It can narrow the run. */
  readonly event?: unknown;
  /** Receives the log's entries; by default they are written where Lambda reads them. */
  readonly writeLog?: WriteEntry;
  readonly observer?: Observer;
  /** Milliseconds until Lambda ends the process; without a limit if missing. */
  readonly remainingMs?: () => number;
  /** The plans that a person has confirmed, by repository: the run deletes nothing else. */
  readonly confirmed?: ReadonlyMap<string, Plan>;
  /** Milliseconds since the epoch; by default those of this machine's clock. */
  readonly now?: () => number;
}

/** A run's result, and the settings that it had. */
export interface StartedRun extends RunResult {
  readonly config: Config;
  readonly region: string;
}

/** With less than this left, in ms, no call starts: a call under way, which can take 25 s, must end before Lambda ends the process. */
const RESERVE_MS = 30_000;

/** Makes one run, and logs its settings before and its summary after. Throws ConfigError if it cannot start. */
export async function start(request: Start): Promise<StartedRun> {
  const { env, event, writeLog, confirmed, observer = {} } = request;
  const { remainingMs = () => Infinity, now = Date.now } = request;
  const { config: settings, concurrency, logLevel, warnings } = parseConfig(env);
  const log = createLog(logLevel, writeLog);
  for (const warning of warnings) log.warn("A setting is wrong", { reason: warning });

  const config = narrow(settings, event);
  const aws = await connectAws({
    concurrency,
    hasTime: () => remainingMs() > RESERVE_MS,
    region: regionOf(env),
    now,
  });
  log.info("Starting", { region: aws.region, logLevel, concurrency, ...config });

  const result = await run({ config, aws, log, now, observer, confirmed });
  log.info("Finished", { ...result.summary });
  return { ...result, config, region: aws.region };
}

/** The AWS command line reads the second variable too, which the SDK does not. An empty one is not set. */
function regionOf(env: Start["env"]): string | undefined {
  return [env["AWS_REGION"], env["AWS_DEFAULT_REGION"]].find(
    (region) => region !== undefined && region !== "",
  );
}
