import type { Deletion } from "../ecr/deletion.ts";
import type { SourceResult } from "../in-use/evidence.ts";
import type { Plan } from "../plan/plan.ts";
import type { Decision } from "../plan/verdict.ts";
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
  /** This became of an image of a repository that was to be deleted. */
  readonly onDeletion?: (repository: string, deletion: Deletion) => void;
  /** An image of a repository was to be deleted, and a later plan keeps it. */
  readonly onSpared?: (repository: string, decision: Decision) => void;
  /** The work on a repository is over. */
  readonly onOutcome?: (outcome: RepositoryOutcome) => void;
}
