import { ConfigError } from "../errors.ts";
import type { Decision } from "../plan/verdict.ts";
import { type Image, nameOf } from "../registry/image.ts";
import { repositoryKey } from "../registry/keys.ts";
import { parseReference } from "../registry/reference.ts";
import { printable } from "./printable.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";

/** Which images of a repository `--explain` asks about: all of them, or one by tag or digest. */
export interface Question {
  /** The canonical key of the repository, if the registry's host was named. */
  readonly key?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * Reads `repository`, `repository:tag` or `repository@digest`, with or without the registry's host before it.
 *
 * @throws ConfigError if no repository is named
 */
export function parseQuestion(reference: string): Question {
  const path = reference.replace(/^[^/]*\.dkr[.-]ecr[^/]*\//i, "");
  const [name = "", digest] = path.split("@");
  const [repository = "", tag] = name.split(":");
  if (repository === "") throw new ConfigError(`--explain "${reference}" names no repository.`);
  const registry = parseReference(reference);
  return {
    ...(registry && { key: repositoryKey(registry) }),
    repository,
    ...(digest !== undefined && { digest }),
    ...(tag !== undefined && digest === undefined && { tag }),
  };
}

/** Requires that a repository is the one asked about; throws ConfigError if another account or Region was named. */
export function requireSameRegistry({ key }: Question, found: string | undefined): void {
  if (key === undefined || found === undefined || key === found) return;
  throw new ConfigError(`--explain asks about ${key}, and this account and Region have ${found}.`);
}

/** Whether a question is about an image. */
export function isAskedFor(image: Image, { tag, digest }: Question): boolean {
  if (digest !== undefined) return image.digest === digest;
  return tag === undefined || image.tags.includes(tag);
}

/** The verdicts asked for, each with its evidence; without an outcome, the repository is not enabled. */
export function renderExplanation(
  reference: string,
  outcome: RepositoryOutcome | undefined,
  decisions: readonly Decision[],
): string {
  if (outcome === undefined) {
    return `${reference}: no such repository is tagged BoxCleanerEnabled=true, so nothing of it is ever deleted.\n`;
  }
  if (outcome.note !== undefined) {
    return `${reference}: nothing of it is deleted, as its repository is ${outcome.status}: ${printable(outcome.note)}\n`;
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
      : [
          `verdict  keep: ${verdict.reason}`,
          ...verdict.because.map((fact) => `because  ${printable(fact)}`),
        ];
  return [
    printable(nameOf(image)),
    ...(tags.length > 0 ? [`  digest   ${digest}`] : []),
    `  pushed   ${pushed}`,
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
