import { type Image, nameOf } from "../image.ts";
import type { Decision } from "../plan/verdict.ts";
import type { Summary } from "../report/summary.ts";

/** Which images of a repository somebody asks about: all of them, or one by tag or digest. */
export interface Question {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Reads `repository`, `repository:tag` or `repository@digest`, with or without the registry's host before it. */
export function parseQuestion(reference: string): Question {
  const path = reference.replace(/^[^/]*\.dkr[.-]ecr[^/]*\//i, "");
  const [name = "", digest] = path.split("@");
  const [repository = "", tag] = name.split(":");
  if (digest !== undefined) return { repository, digest };
  return tag === undefined ? { repository } : { repository, tag };
}

/** Whether an image is one of those that somebody asks about. */
export function isAskedFor(image: Image, { tag, digest }: Question): boolean {
  if (digest !== undefined) return image.digest === digest;
  return tag === undefined || image.tags.includes(tag);
}

/** The verdicts asked for, each with its evidence. */
export function renderExplanation(
  reference: string,
  { enabled, skipped }: Summary["repositories"],
  decisions: readonly Decision[],
): string {
  if (enabled === 0) {
    return `${reference}: no such repository is tagged BoxCleanerEnabled=true, so nothing of it is ever deleted.\n`;
  }
  if (skipped > 0) {
    return `${reference}: its repository is skipped, as one of its tags is wrong; nothing of it is deleted.\n`;
  }
  if (decisions.length === 0) return `${reference}: there is no such image.\n`;
  return decisions.map(renderDecision).join("");
}

function renderDecision({ image, verdict }: Decision): string {
  const { digest, tags, pushedAt } = image;
  const pushed = pushedAt === undefined ? "unknown" : new Date(pushedAt).toISOString();
  const lines =
    verdict.action === "delete"
      ? ["verdict  delete: it is old, and nothing keeps it"]
      : [`verdict  keep: ${verdict.reason}`, ...verdict.because.map((fact) => `because  ${fact}`)];
  return [
    nameOf(image),
    ...(tags.length > 0 ? [`  digest   ${digest}`] : []),
    `  pushed   ${pushed}`,
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
