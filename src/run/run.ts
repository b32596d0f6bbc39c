import pMap from "p-map";

import { cleanRepository } from "./repository.ts";
import { requireReadPermission } from "../ecr/manifests.ts";
import { DeletionBudget } from "./budget.ts";
import { type Repository, listEnabledRepositories } from "../ecr/repositories.ts";
import { OutOfTimeError, ScanError, asError } from "../errors.ts";
import { FreshEvidence } from "../in-use/freshness.ts";
import type { Failure, RepositoryOutcome } from "../report/outcome.ts";
import { type Summary, summarize } from "../report/summary.ts";
import { toFailure } from "../report/tally.ts";
import type { Run } from "./context.ts";

/** What came of a run: in numbers, and repository by repository. */
export interface RunResult {
  readonly summary: Summary;
  readonly outcomes: readonly RepositoryOutcome[];
}

/** How many repositories are handled at once, and so how many lists of images are in memory. */
const CONCURRENT_REPOSITORIES = 5;

/**
 * Makes one run: reads all in-use evidence, then decides on and acts on each enabled repository. What fails is in
 * the summary's `failures`; a failed scan ends the run before any (further) deletion, and so does the time limit.
 */
export async function clean(run: Run): Promise<RunResult> {
  const { config, log, now } = run;
  const startedAt = now();
  const outcomes: RepositoryOutcome[] = [];
  const failures: Failure[] = [];
  let evidence: FreshEvidence | undefined;
  let isOutOfTime = false;

  if (config.evidence === "original") log.warn(ORIGINAL_EVIDENCE, { evidence: config.evidence });
  try {
    evidence = await FreshEvidence.read(run);
    await cleanRepositories(run, evidence, outcomes);
  } catch (error) {
    isOutOfTime = error instanceof OutOfTimeError;
    if (!isOutOfTime) {
      failures.push(...causesOf(error).map((cause) => toFailure(cause, null)));
      log.error("The run ended early", { reason: asError(error).message });
    }
  }

  outcomes.sort((a, b) => (a.repository < b.repository ? -1 : 1));
  const summary = summarize({
    dryRun: config.dryRun,
    durationMs: now() - startedAt,
    isOutOfTime,
    evidenceDepth: config.evidence,
    evidence: evidence?.latest,
    outcomes,
    failures,
  });
  if (!summary.complete && failures.length === 0) {
    const { notReached } = summary.repositories;
    log.warn("The run ended before its end, the next one goes on", { isOutOfTime, notReached });
  }
  return { summary, outcomes };
}

const ORIGINAL_EVIDENCE =
  "Evidence goes no further than the original's: what only tasks, revisions or indexes show may look unused";

/** Adds the outcome of each enabled repository as it comes; throws what ends the whole run. */
async function cleanRepositories(
  run: Run,
  evidence: FreshEvidence,
  outcomes: RepositoryOutcome[],
): Promise<void> {
  const repositories = beginElsewhere(await listWanted(run));
  const [first] = repositories;
  if (first !== undefined && run.config.evidence === "full") {
    await requireReadPermission(run.aws.ecr, first);
  }

  run.observer.onRepositories?.(repositories.length);

  const budget = new DeletionBudget(run.config.guardRails.maxDeletions);
  const cleanOne = async (repository: Repository) => {
    const outcome = await cleanRepository(run, evidence, budget, repository);
    outcomes.push(outcome);
    run.observer.onOutcome?.(outcome);
  };
  await pMap(repositories, cleanOne, { concurrency: CONCURRENT_REPOSITORIES });
  // A later scan that failed has interrupted the work on every repository.
  if (evidence.failure !== undefined) throw evidence.failure;
}

/** Starts the list at another place in each run, so that no repository is always the one that time does not reach. */
function beginElsewhere(repositories: readonly Repository[]): Repository[] {
  const start = Math.floor(Math.random() * repositories.length);
  return [...repositories.slice(start), ...repositories.slice(0, start)];
}

async function listWanted({ config, aws, log }: Run): Promise<Repository[]> {
  const repositories = await listEnabledRepositories(aws, config.repositories, log);
  const names = new Set(repositories.map(({ name }) => name));
  for (const repository of config.repositories ?? []) {
    if (names.has(repository)) continue;
    log.warn("No such repository is enabled for cleaning", { repository });
  }
  return repositories;
}

function causesOf(error: unknown): readonly unknown[] {
  return error instanceof ScanError ? error.errors : [error];
}
