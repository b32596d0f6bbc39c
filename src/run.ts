import type { AwsClients } from "./aws/clients.ts";
import type { Config } from "./config.ts";
import type { Repository } from "./ecr/repositories.ts";
import type { Log } from "./log.ts";
import type { Decision } from "./plan/verdict.ts";

/** What a run works with. */
export interface Run {
  readonly config: Config;
  readonly aws: AwsClients;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Is told each repository's plan before it is acted on. */
  readonly onPlan?: OnPlan;
}

export type OnPlan = (repository: Repository, decisions: readonly Decision[]) => void;
