import type { AwsClients } from "../aws/clients.ts";
import type { Config } from "../settings/config.ts";
import type { Repository } from "../ecr/repositories.ts";
import type { SourceResult } from "../in-use/scan.ts";
import type { Log } from "../log.ts";
import type { Decision } from "../plan/verdict.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";

/** What a run works with. */
export interface Run {
  readonly config: Config;
  readonly aws: AwsClients;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly observer: Observer;
}

/** Is told how a run goes on. */
export interface Observer {
  /** A source of evidence has been read to its end. */
  readonly onScanned?: (source: SourceResult) => void;
  /** All enabled repositories are known. */
  readonly onRepositories?: (count: number) => void;
  /** A repository has been decided on, and nothing of it deleted yet. */
  readonly onPlan?: (repository: Repository, decisions: readonly Decision[]) => void;
  /** So many images more have been deleted. */
  readonly onDeleted?: (count: number) => void;
  /** The work on a repository is over. */
  readonly onOutcome?: (outcome: RepositoryOutcome) => void;
}
