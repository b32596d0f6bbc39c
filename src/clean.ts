import pMap from "p-map";

import { cleanRepository } from "./clean-repository.ts";
import { type Repository, listEnabledRepositories } from "./ecr/repositories.ts";
import { ScanError } from "./errors.ts";
import { type Evidence, scanInUse } from "./in-use/scan.ts";
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
 * the summary's `failures`; a failed scan ends the run before any deletion.
 */
export async function clean(run: Run): Promise<RunResult> {
  const startedAt = run.now();
  let evidence: Evidence | undefined;
  const outcomes: RepositoryOutcome[] = [];
  const failures: Failure[] = [];

  try {
    const found = await scanInUse(run.aws, run.log);
    evidence = found;
    const repositories = await listWanted(run);
    const cleanOne = async (repository: Repository) => {
      outcomes.push(await cleanRepository(run, found.images, repository));
    };
    await pMap(repositories, cleanOne, { concurrency: CONCURRENT_REPOSITORIES });
  } catch (error) {
    const causes: unknown[] = error instanceof ScanError ? error.errors : [error];
    failures.push(...causes.map((cause) => toFailure(cause, null)));
    for (const { code, message } of failures)
      run.log.error("The run ended early", { code, reason: message });
  }

  outcomes.sort((a, b) => (a.repository < b.repository ? -1 : 1));
  const summary = summarize({
    dryRun: run.config.dryRun,
    durationMs: run.now() - startedAt,
    ...(evidence && { evidence }),
    outcomes,
    failures,
  });
  return { summary, outcomes };
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
