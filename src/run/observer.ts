import type { Deletion } from "../ecr/deletion.ts";
import type { ScanObserver } from "../in-use/scan.ts";
import type { Plan } from "../plan/plan.ts";
import type { Decision } from "../plan/verdict.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";

/** Where a run looks, and as whom, for people to read. */
export interface Surroundings {
  readonly region: string;
  readonly credentials: string;
  /** The names of the sources of evidence. */
  readonly sources: readonly string[];
}

/** Follows a run. */
export interface Observer extends ScanObserver {
  /** The run starts. No call has been made yet. */
  readonly onStart?: (surroundings: Surroundings) => void;
  /** The account whose registry the run reads is known. */
  readonly onAccount?: (account: string) => void;
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
  /** The work on a repository of a run, dry or not, is over. The run waits for what is done with it. */
  readonly onOutcome?: (outcome: RepositoryOutcome, dryRun: boolean) => void | Promise<void>;
}
