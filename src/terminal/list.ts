import prettyBytes from "pretty-bytes";

import type { Plan } from "../plan/plan.ts";
import { unusedOf } from "../plan/verdict.ts";
import { storedBytes } from "../registry/image.ts";
import type { Config } from "../settings/config.ts";
import { countDays, keepDaysOf } from "./keep-days.ts";
import type { ListFormat } from "./options.ts";
import { printable } from "./printable.ts";

/** An image that would be deleted. It has nothing that changes from night to night, such as its age. */
interface ListedImage {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** In ISO 8601; null where ECR has recorded none. */
  readonly pushedAt: string | null;
  /** An index counts nothing: what it lists is counted itself. */
  readonly bytes: number;
  readonly reason: string;
}

/**
 * Every image that plans delete, a line for each, always in the same order: by repository, then by push date, then by
 * digest. So two lists of two nights can be compared line by line. Ends in a line break, or is empty.
 */
export function renderList(plans: Iterable<Plan>, config: Config, format: ListFormat): string {
  const images = [...plans].flatMap((plan) => listOf(plan, config)).toSorted(inOrder);
  const lines = RENDERERS[format](images);
  return lines.map((line) => `${line}\n`).join("");
}

const RENDERERS: Readonly<Record<ListFormat, (images: readonly ListedImage[]) => string[]>> = {
  text: (images) => images.map(renderLine),
  csv: (images) => [CSV_HEAD, ...images.map(renderCsv)],
  // One image a line, for diff.
  json: (images) => [
    "[",
    ...images.map((image, i) => `${JSON.stringify(image)}${i < images.length - 1 ? "," : ""}`),
    "]",
  ],
};

function listOf({ repository, decisions }: Plan, config: Config): ListedImage[] {
  const unused = unusedOf(decisions);
  if (unused.length === 0) return [];
  const { days, source } = keepDaysOf(repository, config);
  const reason = `pushed more than ${countDays(days)} ago (${source}) and not in use`;
  return unused.map((image) => ({
    repository: repository.name,
    digest: image.digest,
    tags: image.tags.toSorted(),
    pushedAt: image.pushedAt === undefined ? null : new Date(image.pushedAt).toISOString(),
    bytes: storedBytes(image),
    reason,
  }));
}

function inOrder(a: ListedImage, b: ListedImage): number {
  return (
    compare(a.repository, b.repository) ||
    compare(a.pushedAt ?? "", b.pushedAt ?? "") ||
    compare(a.digest, b.digest)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** No columns: a long name would move all other lines, and so change them. */
function renderLine({ repository, digest, tags, pushedAt, bytes, reason }: ListedImage): string {
  const names = tags.length > 0 ? `${repository}:${tags.join(",")}` : repository;
  const date = pushedAt?.slice(0, "YYYY-MM-DD".length) ?? "no date";
  return printable([`${names}@${digest}`, date, prettyBytes(bytes), reason].join("  "));
}

const CSV_HEAD = "repository,digest,tags,pushed,bytes,reason";

/** Without a guard against formulas: neither ECR's names nor the reason can begin like one. */
function renderCsv(image: ListedImage): string {
  const { repository, digest, tags, pushedAt, bytes, reason } = image;
  return [repository, digest, tags.join(" "), pushedAt ?? "", String(bytes), reason]
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(",");
}
