import type { AwsClients } from "./aws/clients.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";

/** What a run works with. */
export interface Run {
  readonly config: Config;
  readonly aws: AwsClients;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
