import pMap from "p-map";

import { cleanRepository } from "./clean-repository.ts";
import { requireReadPermission } from "./ecr/manifests.ts";
import { type Repository, listEnabledRepositories } from "./ecr/repositories.ts";
import { ScanError, asError } from "./errors.ts";
import { FreshEvidence } from "./in-use/fresh-evidence.ts";
import type { Failure, RepositoryOutcome } from "./report/outcome.ts";
import { type Summary, summarize } from "./report/summary.ts";
import { toFailure } from "./report/tally.ts";
import type { Run } from "./run.ts";

/** What came of a run: in numbers, and repository by repository. */
export interface RunResult {
  readonly summary: Summary;
  readonly outcomes: readonly RepositoryOutcome[];
}

/** How many repositories are handled at once. */
const CONCURRENT_REPOSITORIES = 8;

/**
 * Makes one run: reads all in-use evidence, then decides on and acts on each enabled repository. What fails is in
 * the summary's `failures`; a failed scan ends the run before any (further) deletion.
 */
export async function clean(run: Run): Promise<RunResult> {
  const { config, now } = run;
  const startedAt = now();
  const outcomes: RepositoryOutcome[] = [];
  const failures: Failure[] = [];
  let evidence: FreshEvidence | undefined;

  if (config.evidence === "original") {
    run.log.warn(
      "Evidence goes no further than the original's: what only tasks, service revisions or indexes show may look unused",
      { evidence: config.evidence },
    );
  }
  try {
    evidence = await FreshEvidence.read(run);
    await cleanRepositories(run, evidence, outcomes);
  } catch (error) {
    const causes: unknown[] = error instanceof ScanError ? error.errors : [error];
    failures.push(...causes.map((cause) => toFailure(cause, null)));
    run.log.error("The run ended early", { reason: asError(error).message });
  }

  outcomes.sort((a, b) => (a.repository < b.repository ? -1 : 1));
  const summary = summarize({
    dryRun: config.dryRun,
    durationMs: now() - startedAt,
    evidenceDepth: config.evidence,
    evidence: evidence?.latest,
    outcomes,
    failures,
  });
  return { summary, outcomes };
}

/** Adds the outcome of each enabled repository as it comes; throws AwsCallError, or ScanError with no more deletions. */
async function cleanRepositories(
  run: Run,
  evidence: FreshEvidence,
  outcomes: RepositoryOutcome[],
): Promise<void> {
  const repositories = await listWanted(run);
  const [first] = repositories;
  if (first !== undefined && run.config.evidence === "full") {
    await requireReadPermission(run.aws.ecr, first);
  }

  const cleanOne = async (repository: Repository) => {
    outcomes.push(await cleanRepository(run, evidence, repository));
  };
  await pMap(repositories, cleanOne, { concurrency: CONCURRENT_REPOSITORIES });
  // A later scan that failed has interrupted the work on every repository.
  if (evidence.failure !== undefined) throw asError(evidence.failure);
}

async function listWanted({ config, aws, log }: Run): Promise<Repository[]> {
  const wanted = config.repositories && new Set(config.repositories);
  const repositories = await listEnabledRepositories(aws, (name) => wanted?.has(name) ?? true);
  const names = new Set(repositories.map(({ name }) => name));
  for (const repository of config.repositories ?? []) {
    if (names.has(repository)) continue;
    log.warn("No such repository is enabled for cleaning", { repository });
  }
  return repositories;
}
