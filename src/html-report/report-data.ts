import { GENERAL_BLIND_SPOTS } from "../in-use/sources/index.ts";
import type { Plan } from "../plan/plan.ts";
import type { KeepReason, Verdict } from "../plan/verdict.ts";
import { storedBytes } from "../registry/image.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import type { Summary } from "../report/summary.ts";
import type { StartedRun } from "../run/start.ts";
import { SETTINGS } from "../settings/settings.ts";
import { VERSION } from "../version.ts";
import type { Fate, ImageOutcomes } from "./image-outcomes.ts";
import { type SettingInForce, settingsInForce } from "./settings-in-force.ts";

/**
 * What became of an image that the plan deletes: ECR deleted it, refused to, or failed to, or was not asked. A dry run asks about
 * none.
 */
export type Outcome = "deleted" | "refused" | "failed" | "not-deleted";

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
  verdict: "delete" | KeepReason,
  /** What keeps the image, or why it was not deleted: a fact a line. */
  because: string,
  outcome?: Outcome,
];

/** A repository as the report shows it. */
interface ReportedRepository extends Pick<RepositoryOutcome, "repository" | "status" | "unused"> {
  /** Why it was skipped, or the first of its failures. */
  readonly note: string | null;
  /** The settings in its own tags, by the name of the tag, without the one that enables it. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What the report says of the run as a whole. */
interface ReportHead {
  /** When the run ended, in milliseconds since the epoch. */
  readonly madeAt: number;
  /** The version of this program. */
  readonly version: string;
  readonly region: string;
  /** Null if the run planned no repository. */
  readonly account: string | null;
  readonly pricePerGBMonth: number;
  readonly settings: readonly SettingInForce[];
  /** The only repositories that were asked for; null for all enabled ones. */
  readonly onlyRepositories: readonly string[] | null;
  /** What no run of this program can see. */
  readonly neverRead: readonly string[];
  readonly summary: Summary;
  readonly repositories: readonly ReportedRepository[];
}

/** All that the page shows, as it reads it. */
export interface ReportData extends ReportHead {
  readonly images: readonly ImageRow[];
}

/** All that the page shows, as it is written: the rows are made one by one. */
export interface Report {
  readonly head: ReportHead;
  readonly images: Iterable<ImageRow>;
}

/** What a report is made of. */
export interface ReportedRun {
  readonly result: StartedRun;
  /** By repository. */
  readonly plans: ReadonlyMap<string, Plan>;
  readonly imageOutcomes: ImageOutcomes;
}

/**
 * Puts the report of a run together.
 *
 * @param madeAt milliseconds since the epoch
 */
export function createReport(madeAt: number, run: ReportedRun): Report {
  const { config, region, summary, outcomes } = run.result;
  const [anyPlan] = run.plans.values();
  const head: ReportHead = {
    madeAt,
    version: VERSION,
    region,
    account: anyPlan?.repository.registryId ?? null,
    pricePerGBMonth: config.pricePerGBMonth,
    // The run can be dry although the settings ask for deletions.
    settings: settingsInForce({ ...config, dryRun: summary.dryRun }),
    onlyRepositories: config.repositories ?? null,
    neverRead: GENERAL_BLIND_SPOTS,
    summary,
    repositories: outcomes.map(({ repository, status, note, unused }) => ({
      repository,
      status,
      note: note ?? null,
      unused,
      settings: settingsOf(run.plans.get(repository)),
    })),
  };
  return { head, images: { [Symbol.iterator]: () => rowsOf(run) } };
}

const SETTING_TAGS = new Set(SETTINGS.flatMap(({ tag }) => tag ?? []));

function settingsOf(plan: Plan | undefined): Readonly<Record<string, string>> {
  const tags = Object.entries(plan?.repository.tags ?? {});
  return Object.fromEntries(tags.filter(([name]) => SETTING_TAGS.has(name)));
}

function* rowsOf({ result, plans, imageOutcomes }: ReportedRun): Generator<ImageRow, void> {
  const { dryRun } = result.summary;
  for (const [index, repository] of result.outcomes.entries()) {
    const { repository: name } = repository;
    for (const { image, verdict } of plans.get(name)?.decisions ?? []) {
      const { digest, tags, pushedAt } = image;
      const fate = imageOutcomes.of(name, digest);
      yield [
        index,
        tags.join(" "),
        digest,
        pushedAt ?? null,
        storedBytes(image),
        ...resultOf(verdict, fate, repository, dryRun),
      ];
    }
  }
}

type Result = readonly [verdict: ImageRow[5], because: string, outcome?: Outcome];

function resultOf(
  planned: Verdict,
  fate: Fate | undefined,
  repository: RepositoryOutcome,
  dryRun: boolean,
): Result {
  const verdict = fate?.outcome === "spared" ? fate.verdict : planned;
  if (verdict.action === "keep") return [verdict.reason, verdict.because.join("\n")];
  if (fate?.outcome === "deleted") return ["delete", "", "deleted"];
  if (fate?.outcome === "missing") {
    return ["delete", "It was gone before ECR was asked to delete it", "deleted"];
  }
  if (fate?.outcome === "refused" || fate?.outcome === "failed") {
    return ["delete", describe(fate), fate.outcome];
  }
  if (dryRun && repository.status !== "skipped") return ["delete", ""];
  return ["delete", whyNotAsked(repository), "not-deleted"];
}

/** The message of a failed call begins with its code, that of a refused image does not. */
function describe({ code, message }: { code: string; message: string }): string {
  return message.includes(code) ? message : `${code}: ${message}`;
}

function whyNotAsked({ status, note = "", unconfirmed }: RepositoryOutcome): string {
  if (status === "skipped") return `Its repository was skipped: ${note}`;
  if (status === "failed") return `The work on its repository failed first: ${note}`;
  if (status === "not-reached") return "The run stopped before it deleted this image";
  if (unconfirmed === 0) return "ECR was not asked to delete it";
  return "It became unused after the deletion was confirmed: run again to delete it";
}
