import { storedBytes } from "../registry/image.ts";
import type { Plan } from "../plan/plan.ts";
import type { Decision } from "../plan/verdict.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import type { Summary } from "../report/summary.ts";

/** One image in the report, as an array to keep 100,000 of them small. */
type ImageRow = readonly [
  /** The place of its repository in the list of repositories. */
  repository: number,
  /** Its tags, by space. */
  tags: string,
  digest: string,
  /** Milliseconds since the epoch. */
  pushedAt: number | null,
  bytes: number,
  /** `delete`, or the reason to keep it. */
  verdict: string,
  because: string,
];

/** All that the page shows. */
export interface ReportData {
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly pricePerGBMonth: number;
  readonly summary: Summary;
  readonly repositories: readonly RepositoryOutcome[];
  readonly images: readonly ImageRow[];
}

/**
 * Puts the report of a run together.
 *
 * @param madeAt milliseconds since the epoch
 * @param plans by repository
 */
export function createReport(
  madeAt: number,
  pricePerGBMonth: number,
  summary: Summary,
  repositories: readonly RepositoryOutcome[],
  plans: ReadonlyMap<string, Plan>,
): ReportData {
  const images = repositories.flatMap(
    ({ repository }, index) =>
      plans.get(repository)?.decisions.map((decision) => toRow(index, decision)) ?? [],
  );
  return { madeAt, pricePerGBMonth, summary, repositories, images };
}

function toRow(repository: number, { image, verdict }: Decision): ImageRow {
  const { digest, tags, pushedAt } = image;
  const [reason, because] =
    verdict.action === "delete" ? ["delete", ""] : [verdict.reason, verdict.because.join("; ")];
  return [
    repository,
    tags.join(" "),
    digest,
    pushedAt ?? null,
    storedBytes(image),
    reason,
    because,
  ];
}
