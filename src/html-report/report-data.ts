import { GENERAL_BLIND_SPOTS } from "../in-use/sources/index.ts";
import type { ImageRecord, Outcome } from "../records/image-record.ts";
import type { Recorder } from "../records/recorder.ts";
import type { RepositoryOutcome } from "../report/outcome.ts";
import type { Summary } from "../report/summary.ts";
import type { Config } from "../settings/config.ts";
import { SETTINGS } from "../settings/settings.ts";
import { VERSION } from "../version.ts";
import { type SettingInForce, settingsInForce } from "./settings-in-force.ts";

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
  verdict: ImageRecord["verdict"],
  /** A fact a line. */
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
  /** Present if the page shows only the images that matter most. */
  readonly cut?: {
    /** How many images there are. */
    readonly all: number;
    /** The file that has all of them. */
    readonly file: string;
  };
}

/** All that the page shows, as it reads it. */
export interface ReportData extends ReportHead {
  readonly images: readonly ImageRow[];
}

/** All that the page shows, as it is written: the rows are read one by one. */
export interface Report {
  readonly head: ReportHead;
  readonly images: AsyncIterable<ImageRow>;
}

/** What a report is made of. */
export interface ReportedRun {
  readonly config: Config;
  readonly region: string;
  readonly summary: Summary;
  readonly outcomes: readonly RepositoryOutcome[];
}

/**
 * Puts the report of a run together.
 *
 * @param madeAt milliseconds since the epoch
 * @param file has all images, if the page need not have all
 */
export function createReport(
  madeAt: number,
  run: ReportedRun,
  recorder: Recorder,
  file?: string,
): Report {
  const { config, region, summary, outcomes } = run;
  const cut = file !== undefined && recorder.isTooMuch ? { all: recorder.count, file } : undefined;
  const head: ReportHead = {
    madeAt,
    version: VERSION,
    region,
    account: recorder.account ?? null,
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
      settings: settingsOf(recorder.tagsOf(repository)),
    })),
    ...(cut && { cut }),
  };
  return { head, images: rowsOf(outcomes, recorder, cut && recorder.chooseShown()) };
}

const SETTING_TAGS = new Set(SETTINGS.flatMap(({ tag }) => tag ?? []));

function settingsOf(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => SETTING_TAGS.has(name)));
}

async function* rowsOf(
  outcomes: readonly RepositoryOutcome[],
  recorder: Recorder,
  isShown: (record: ImageRecord) => boolean = () => true,
): AsyncGenerator<ImageRow, void> {
  for (const [index, { repository }] of outcomes.entries()) {
    for await (const record of recorder.of(repository)) {
      if (isShown(record)) yield rowOf(index, record);
    }
  }
}

function rowOf(index: number, record: ImageRecord): ImageRow {
  const { tags, digest, pushedAt, bytes, verdict, because, outcome } = record;
  const time = pushedAt === null ? null : Date.parse(pushedAt);
  const row = [index, tags.join(" "), digest, time, bytes, verdict, because.join("\n")] as const;
  return outcome === undefined ? row : [...row, outcome];
}
