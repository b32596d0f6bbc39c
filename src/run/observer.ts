import type { SourceResult } from "../in-use/evidence.ts";
import type { Plan } from "../plan/plan.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";

/** Follows a run. */
export interface Observer {
  /** A source of evidence has been read to its end. */
  readonly onScanned?: (source: SourceResult) => void;
  /** All enabled repositories are known. */
  readonly onRepositories?: (count: number) => void;
  /** A repository has been planned, and none of its images deleted yet. */
  readonly onPlan?: (plan: Plan) => void;
  /** This many more images have been deleted. */
  readonly onDeleted?: (count: number) => void;
  /** The work on a repository is over. */
  readonly onOutcome?: (outcome: RepositoryOutcome) => void;
}
