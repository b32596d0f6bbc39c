import picocolors from "picocolors";
import type { Colors } from "picocolors/types.ts";

import type { Environment } from "../environment.ts";

/** The process's surroundings, as far as the command line uses them, so that tests can run it inside theirs. */
export interface Terminal {
  readonly env: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether the output is a terminal, which shows colours. */
  readonly isOutTTY?: boolean;
  /** How many characters a line takes; missing where nothing limits it. */
  readonly columns?: number;
  /** Shows what is going on, on a terminal; missing where none is. */
  readonly startSpinner?: () => Spinner | Promise<Spinner>;
  /** Asks for a yes; missing without a terminal. Throws InterruptedError on Ctrl-C. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** One line that changes, at the end of a terminal. */
export interface Spinner {
  text: string;
  /** Takes the line away for the moment, so that others can be written. */
  clear(): unknown;
  stop(): unknown;
}

/** A person has ended the program by Ctrl-C. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** What people expect where nothing says how wide a line is, such as in CI. */
const DEFAULT_COLUMNS = 80;
/** Below this, lines are broken by the terminal itself. */
const MIN_COLUMNS = 60;

/** The colours of a terminal; none for a file, or if the environment has `NO_COLOR`. */
export function colorsFor({ env, isOutTTY = false }: Terminal): Colors {
  const noColor = env["NO_COLOR"] ?? "";
  return picocolors.createColors(isOutTTY && noColor === "");
}

/** How many characters a line has. */
export function widthOf({ columns = DEFAULT_COLUMNS }: Terminal): number {
  return Math.max(columns, MIN_COLUMNS);
}
