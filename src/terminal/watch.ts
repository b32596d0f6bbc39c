import type { LogFields, WriteEntry } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import type { Start, StartedRun } from "../run/start.ts";
import { settings } from "../settings/settings.ts";
import type { Heading } from "./heading.ts";
import { formatLogLine } from "./log-line.ts";
import { progress } from "./progress.ts";
import { type Spinner, type Terminal, colorsFor } from "./terminal.ts";

/** How the log of a run is seen. */
interface LogView {
  readonly terminal: Terminal;
  /** Whether its log is JSON, and nothing else is shown while it runs. */
  readonly isForMachines: boolean;
  /** Whether what people read after the run says the same as a log entry. */
  readonly isShown: (entry: LogFields) => boolean;
}

/** How a run is seen. */
interface View extends LogView {
  readonly heading: Heading;
}

/** Makes a run with its first lines, its log, and on a terminal its progress. */
export async function watch(
  view: View,
  { onPlan, ...request }: Omit<Start, "observer"> & { readonly onPlan: (plan: Plan) => void },
): Promise<StartedRun> {
  const { terminal, heading, isForMachines } = view;
  // It loads everything of AWS, which --help and a wrong option do not need.
  const { start } = await import("../run/start.ts");
  const spinner = isForMachines ? undefined : await terminal.startSpinner?.();
  const shown = spinner && progress((line) => (spinner.text = line));
  try {
    return await start({
      ...request,
      ...logFor(view, request.env, spinner),
      observer: {
        ...shown,
        onStart: (surroundings) => {
          shown?.onStart?.(surroundings);
          heading.onStart?.(surroundings);
        },
        onAccount: (account) => {
          spinner?.clear();
          heading.onAccount?.(account);
        },
        onPlan: (plan) => {
          shown?.onPlan?.(plan);
          onPlan(plan);
        },
      },
    });
  } finally {
    spinner?.stop();
    heading.finish();
  }
}

/**
 * Machines get the log as JSON. People get warnings that nothing else shows, and the whole log if they set its level: as
 * text at a terminal, otherwise as JSON.
 */
export function logFor(
  { terminal, isForMachines, isShown }: LogView,
  env: Start["env"],
  spinner?: Spinner,
): Pick<Start, "env" | "writeLog"> {
  const { err } = terminal;
  const isAsked = env[settings.logLevel.name] !== undefined;
  if (isForMachines || (isAsked && spinner === undefined)) {
    return { env, writeLog: (entry) => err(`${JSON.stringify(entry)}\n`) };
  }
  const colors = colorsFor(terminal);
  const writeLog: WriteEntry = (entry) => {
    if (!isAsked && isShown(entry)) return;
    spinner?.clear();
    err(`${formatLogLine(entry, colors)}\n`);
  };
  return { env: { [settings.logLevel.name]: "WARN", ...env }, writeLog };
}
