import prettyBytes from "pretty-bytes";

import { daysBetween } from "../plan/age.ts";
import type { Plan } from "../plan/plan.ts";
import type { Decision } from "../plan/verdict.ts";
import { type Image, nameOf } from "../registry/image.ts";
import { count } from "../report/count.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import { REASONS } from "../report/reasons.ts";
import type { Config } from "../settings/config.ts";
import { countDays, keepDaysOf } from "./keep-days.ts";
import { printable } from "./printable.ts";
import { type Target, isAskedFor } from "./target.ts";
import { wrap, wrapAfter } from "./wrap.ts";

/** What answers a question about a repository. */
export interface Answer {
  /** Missing if there is no such repository. */
  readonly outcome: RepositoryOutcome | undefined;
  /** Missing if the repository was skipped before it was planned. */
  readonly plan: Plan | undefined;
  readonly config: Config;
}

/** The verdicts on the images asked for, each with everything that it rests on. */
export function renderExplanation(
  target: Target,
  { outcome, plan, config }: Answer,
  width: number,
): { readonly text: string; readonly isFound: boolean } {
  const { repository } = target;
  if (outcome === undefined) {
    const text = `There is no repository ${repository} in this registry: check its name, AWS_REGION and AWS_PROFILE.`;
    return { text: paragraph(text, width), isFound: false };
  }
  const notes = [
    ...(outcome.notEnabled === undefined
      ? []
      : [`${repository} is not enabled, so no image of it is deleted. If it were enabled:`]),
    ...(outcome.note === undefined
      ? []
      : [`${repository} is ${outcome.status}, so no image of it is deleted: ${outcome.note}`]),
  ].map((note) => paragraph(printable(note), width));
  if (plan === undefined) return { text: notes.join("\n"), isFound: true };

  const decisions = plan.decisions.filter(({ image }) => isAskedFor(image, target));
  const explained = decisions.map((decision) => renderDecision(decision, plan, config, width));
  const asked = target.digest ?? target.tag;
  const missing =
    asked === undefined
      ? `${repository} has no images.`
      : `There is no image ${asked} in ${repository}.`;
  const references = plan.evidence.images.countOn(plan.repository.key);
  const compared = `${count(references, `reference on ${repository} was`, `references on ${repository} were`)} compared.`;
  const parts = [
    ...notes,
    ...(explained.length > 0 ? explained : [paragraph(printable(missing), width)]),
    paragraph(compared, width),
  ];
  return { text: parts.join("\n"), isFound: decisions.length > 0 };
}

function paragraph(text: string, width: number): string {
  return `${wrap(text, width).join("\n")}\n`;
}

function renderDecision(
  { image, verdict }: Decision,
  plan: Plan,
  config: Config,
  width: number,
): string {
  const { repository, evidence, madeAt } = plan;
  const { days, source } = keepDaysOf(repository, config);
  const users = evidence.images.placesOf(repository.key, image);
  const because =
    verdict.action === "keep" ? verdict.because.filter((fact) => !users.includes(fact)) : [];
  const facts: readonly (readonly [name: string, ...values: readonly string[]])[] = [
    ["digest", image.digest],
    [
      "verdict",
      verdict.action === "delete"
        ? "delete: it is older than the limit, and nothing keeps it"
        : `keep: ${REASONS[verdict.reason]}`,
    ],
    ["because", ...because],
    ["age", ageOf(image, madeAt)],
    ["limit", `${countDays(days)} (${source})`],
    ["size", prettyBytes(image.sizeBytes)],
    ["last pull", dateOf(image.pulledAt) ?? "ECR has recorded none"],
    ["used by", ...(users.length > 0 ? users : ["nothing that was read"])],
  ];
  const lines = facts.flatMap(([name, ...values]) =>
    values.flatMap((value, i) =>
      wrapAfter(`  ${(i === 0 ? name : "").padEnd(11)}`, printable(value), width),
    ),
  );
  const separator = image.tags.length > 0 ? ":" : "@";
  const heading = printable(`${repository.name}${separator}${nameOf(image)}`);
  return `${[...wrapAfter("", heading, width), ...lines].join("\n")}\n`;
}

function ageOf({ pushedAt }: Image, now: number): string {
  const date = dateOf(pushedAt);
  if (pushedAt === undefined || date === undefined) return "not known: ECR names no push date";
  return `${countDays(Math.floor(daysBetween(pushedAt, now)))}, pushed ${date}`;
}

function dateOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
