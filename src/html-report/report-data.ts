import { storedBytes } from "../registry/image.ts";
import type { Decision } from "../plan/verdict.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import type { Summary } from "../report/summary.ts";

/** One image in the report, as an array to keep 100,000 of them small. */
export type ImageRow = readonly [
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

/** Collects what a run decides, image by image, while it does. */
export class ReportCollector {
  readonly #rows = new Map<string, (index: number) => ImageRow[]>();

  /** Takes the plan of one repository. */
  add(repository: string, decisions: readonly Decision[]): void {
    this.#rows.set(repository, (index) => decisions.map((decision) => toRow(index, decision)));
  }

  /** Puts the report together when the run is over. */
  finish(
    madeAt: number,
    pricePerGBMonth: number,
    summary: Summary,
    repositories: readonly RepositoryOutcome[],
  ): ReportData {
    const images = repositories.flatMap(
      ({ repository }, index) => this.#rows.get(repository)?.(index) ?? [],
    );
    return { madeAt, pricePerGBMonth, summary, repositories, images };
  }
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
