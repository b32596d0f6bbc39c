import { connectAws } from "../aws/clients.ts";
import type { Environment } from "../environment.ts";
import { type Log, type LogFields, type WriteEntry, createLog, errorFields } from "../log.ts";
import { notify } from "../notification/notify.ts";
import { Recorder } from "../records/recorder.ts";
import { summaryFields } from "../report/summary-log.ts";
import { type Config, parseConfig } from "../settings/config.ts";
import { narrow } from "../settings/event.ts";
import { openStore } from "../store/store.ts";
import { storeReport } from "../stored-report/stored-report.ts";
import type { Observer } from "./observer.ts";
import { type Inspection, type RunRequest, type RunResult, run } from "./run.ts";

/** What starts a run. */
export interface Start extends Inspection {
  readonly env: Environment;
  /** The event that asks for the run. It can narrow the run. */
  readonly event?: unknown;
  /** Receives the log's entries; by default they are written where Lambda reads them. */
  readonly writeLog?: WriteEntry;
  /** What every log entry says of the process that makes the run. */
  readonly logFields?: LogFields;
  readonly observer?: Observer;
  /** Records what the run says of every image, for who makes a report of it too. */
  readonly recorder?: Recorder;
  /** Milliseconds until Lambda ends the process; without a limit if missing. */
  readonly remainingMs?: () => number;
  /** Whether a host name of ECR that does not resolve is an error at once, as for people who wait. */
  readonly isHostRequired?: boolean;
  /** Whether a person only looks at it, as by `--explain` and before a question: then it leaves no report in the store and sends no message. */
  readonly isPreview?: boolean;
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
/** What a store has on top of that at the end of a run, in ms. Its calls take no longer than is left. */
const STORE_RESERVE_MS = 60_000;
/** What sending a message at the end of a run needs on top of that, in ms. */
const NOTIFY_RESERVE_MS = 10_000;

/** Makes one run, and logs its settings before and its summary after. Throws ConfigError if it cannot start. */
export async function start(request: Start): Promise<StartedRun> {
  const { env, event, writeLog, logFields = {}, observer = {} } = request;
  const { remainingMs = () => Infinity, now = Date.now } = request;
  const { config: settings, concurrency, share, logLevel, warnings } = parseConfig(env);
  const log = createLog(logLevel, writeLog);
  log.append(logFields);
  for (const warning of warnings) log.warn("A setting is wrong", { reason: warning });

  const config = narrow(settings, event);
  const reserveMs =
    RESERVE_MS +
    (config.store === undefined ? 0 : STORE_RESERVE_MS) +
    (config.notifyTopic === undefined ? 0 : NOTIFY_RESERVE_MS);
  const aws = await connectAws({
    concurrency,
    share,
    hasTime: () => remainingMs() > reserveMs,
    env,
    isHostRequired: request.isHostRequired ?? false,
    now,
  });
  log.info("Starting", { region: aws.region, logLevel, concurrency, share, ...config });

  const store = config.store && (await openStore(config.store, aws, remainingMs));
  const ended = await runAndReport(request, { ...request, config, aws, store, log, now, observer });
  const summary =
    request.isPreview === true ? ended.summary : await notify(ended, { config, aws, log });
  log.info("Finished", summaryFields(summary));
  return { ...ended, summary };
}

/** Makes the run, and writes its report into the store, if it has one and is more than a preview. */
async function runAndReport(started: Start, request: RunRequest): Promise<StartedRun> {
  const { config, aws, log, now, observer } = request;
  const store = started.isPreview === true ? undefined : request.store;
  const recorder = started.recorder ?? (store && new Recorder());
  try {
    const following = recorder?.following(observer) ?? observer;
    const result = await run({ ...request, observer: following });
    const ended = { ...result, config, region: aws.region };
    if (store === undefined || recorder === undefined) return ended;
    const summary = await storeReport({ store, recorder, run: ended, log, madeAt: now() });
    return { ...ended, summary };
  } finally {
    if (recorder !== started.recorder) await remove(recorder, log);
  }
}

/** What is left behind must not hide how the run ended. */
async function remove(recorder: Recorder | undefined, log: Log): Promise<void> {
  await recorder?.remove().catch((error: unknown) => {
    log.warn("Could not remove temporary files", errorFields(error));
  });
}
