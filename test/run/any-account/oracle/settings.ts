/** The settings of a run, as environment variables. */
export type Settings = Readonly<Record<string, string>>;

/** The retention rules that hold for one repository. */
export interface Rules {
  readonly keepDays: number;
  readonly keepCount: number;
  readonly keepTags: readonly string[];
  readonly keepPulledDays: number | undefined;
  /** Whether the repository is cleaned though somebody may pull from it whom nobody reads. */
  readonly ignoresUnseenPullers: boolean;
}

/** The sources that the original has too. */
const ORIGINAL_SOURCES = new Set(["ecs", "lambda", "app-runner"]);

const TAGS = new Set([
  "BoxCleanerEnabled",
  "BoxCleanerKeepDays",
  "BoxCleanerKeepCount",
  "BoxCleanerKeepTags",
  "BoxCleanerKeepPulledDays",
  "BoxCleanerUnseenPullers",
]);

/** The rules of a repository by its tags, or undefined if the run must not touch the repository. */
export function rulesOf(
  tags: Readonly<Record<string, string>>,
  settings: Settings,
): Rules | undefined {
  if (tags["BoxCleanerEnabled"] !== "true") return undefined;
  const names = Object.keys(tags).filter((name) => name.startsWith("BoxCleaner"));
  if (names.some((name) => !TAGS.has(name))) return undefined;

  const keepDays = tags["BoxCleanerKeepDays"] ?? settings["DEFAULT_KEEP_DAYS"] ?? "30";
  const keepCount = tags["BoxCleanerKeepCount"] ?? settings["DEFAULT_KEEP_COUNT"] ?? "0";
  const keepTags = tags["BoxCleanerKeepTags"] ?? settings["DEFAULT_KEEP_TAGS"] ?? "";
  const keepPulledDays =
    tags["BoxCleanerKeepPulledDays"] ?? settings["DEFAULT_KEEP_PULLED_DAYS"] ?? "";
  const unseenPullers = tags["BoxCleanerUnseenPullers"] ?? settings["UNSEEN_PULLERS"] ?? "skip";
  if (!["skip", "ignore"].includes(unseenPullers)) return undefined;
  if (![keepDays, keepCount].every((text) => /^\d+$/.test(text))) return undefined;
  if (!/^\d*$/.test(keepPulledDays)) return undefined;
  return {
    keepDays: Number(keepDays),
    keepCount: Number(keepCount),
    keepTags: keepTags.split(" ").filter(Boolean),
    keepPulledDays: keepPulledDays === "" ? undefined : Number(keepPulledDays),
    ignoresUnseenPullers: unseenPullers === "ignore",
  };
}

/** Whether the run reads no more than the original did. */
export function isOriginal(settings: Settings): boolean {
  return settings["IN_USE_EVIDENCE"] === "original";
}

/** Whether the run reads a source of evidence. */
export function readsSource(settings: Settings, id: string): boolean {
  if (isOriginal(settings) && !ORIGINAL_SOURCES.has(id)) return false;
  const sources = settings["IN_USE_SOURCES"] ?? "all";
  return sources === "all" || sources.split(" ").includes(id);
}

/** How many of the newest revisions of each family of task definitions count as in use. */
export function keptRevisions(settings: Settings): number {
  return Number(settings["KEEP_TASK_DEFINITIONS"] ?? "1");
}
