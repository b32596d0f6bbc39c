/** The process's surroundings, as far as the command line uses them, so that tests can run it inside theirs. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether the output is a terminal, which shows colours. */
  readonly isOutTTY?: boolean;
  /** Shows what is going on, on a terminal; missing where none is. */
  readonly startSpinner?: () => Spinner | Promise<Spinner>;
  /** Asks for a yes; missing without a terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** The page that `--report` puts its data into. */
  readonly reportTemplate: URL;
}

/** One line that changes, at the end of a terminal. */
export interface Spinner {
  text: string;
  /** Takes the line away for the moment, so that others can be written. */
  clear(): unknown;
  stop(): unknown;
}
