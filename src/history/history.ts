import { DAY_HOURS } from "./hour.ts";

/** The most days that a rule can look back. A history keeps a few more. */
export const MAX_HISTORY_DAYS = 365;
const KEPT_HOURS = (MAX_HISTORY_DAYS + 35) * DAY_HOURS;

/** The longest time between two runs, in days, that leaves no hole in a history: a weekly run may be a day late. */
const MAX_GAP_DAYS = 8;
/** A schedule does not start a run at the same second each day: so much less is a whole day too. */
const TOLERANCE_HOURS = 1;

/** What uses an image, or has used it. */
export interface Use {
  readonly user: string;
  /** Whether something uses it by its very digest, or did earlier: then it needs the indexes that list the image. */
  readonly isPinned: boolean;
}

/** The last time at which an image was found in use, in hours since the epoch. */
export interface LastUse extends Use {
  readonly hour: number;
}

/** When runs looked for the users of a repository's images, and what all of them read. */
export interface Observed {
  /** What was read: the sources of evidence, the accounts, the Regions and so on, each in a word. */
  readonly reads: readonly string[];
  /** Hours since the epoch, ascending: of each day that of the last run. */
  readonly hours: readonly number[];
}

/** What is known of the use of one repository's images. */
export interface RepositoryHistory {
  readonly observed: readonly Observed[];
  /** By the digest of the image. */
  readonly uses: ReadonlyMap<string, LastUse>;
}

/** What one run found of one repository. */
export interface Observation {
  readonly hour: number;
  readonly reads: readonly string[];
  /** The images in use, by their digests. */
  readonly uses: ReadonlyMap<string, Use>;
  /** The digests of all its images. */
  readonly present: ReadonlySet<string>;
}

/** A history without a run. */
export const NO_HISTORY: RepositoryHistory = { observed: [], uses: new Map() };

/**
 * Adds what a run found. An image that is gone is forgotten, unless another run has found it in use on the same day. Pure, and the
 * order of two runs does not matter.
 */
export function observe(
  { observed, uses }: RepositoryHistory,
  { hour, reads, uses: found, present }: Observation,
): RepositoryHistory {
  const known = [...uses].filter(
    ([digest, use]) => present.has(digest) || use.hour > hour - DAY_HOURS,
  );
  const added = [...found].map(([digest, use]) => {
    const before = uses.get(digest);
    const isPinned = use.isPinned || before?.isPinned === true;
    const last = before !== undefined && before.hour > hour ? before : { ...use, hour };
    return [digest, { ...last, isPinned }] as const;
  });
  return {
    observed: addHour(observed, { reads, hour }),
    uses: new Map([...known, ...added]),
  };
}

function addHour(
  observed: readonly Observed[],
  { reads, hour }: { readonly reads: readonly string[]; readonly hour: number },
): Observed[] {
  const isSame = (each: Observed) =>
    includesAll(each.reads, reads) && includesAll(reads, each.reads);
  const before = observed.find(isSame)?.hours ?? [];
  const hours = lastOfEachDay([...before, hour]);
  return [...observed.filter((each) => !isSame(each)), { reads, hours }].flatMap((each) => {
    const kept = each.hours.filter((other) => other > hour - KEPT_HOURS);
    return kept.length === 0 ? [] : [{ reads: each.reads, hours: kept }];
  });
}

/** Keeps the last run of each day, to be small. With fewer runs, an image is kept longer, never shorter. */
function lastOfEachDay(hours: readonly number[]): number[] {
  const sorted = hours.toSorted((a, b) => a - b);
  return [...new Map(sorted.map((hour) => [Math.floor(hour / DAY_HOURS), hour])).values()];
}

/** What the history of a repository proves at some hour, for a run that reads certain things. */
export class Proof {
  readonly #uses: ReadonlyMap<string, LastUse>;
  readonly #hours: readonly number[];
  readonly #now: number;

  /**
   * Only runs count that read at least what is read `now`.
   *
   * @param now hours since the epoch
   */
  constructor({ observed, uses }: RepositoryHistory, now: number, reads: readonly string[]) {
    this.#uses = uses;
    this.#now = now;
    const counted = observed.filter((each) => includesAll(each.reads, reads));
    const hours = new Set([...counted.flatMap((each) => each.hours), now]);
    this.#hours = [...hours].toSorted((a, b) => a - b);
  }

  /** The last use of an image, if it can have been in use in the last `days` days. */
  recentUse(digest: string, days: number): LastUse | undefined {
    const use = this.#uses.get(digest);
    if (use === undefined) return undefined;
    // It can have been in use until the next run that looked, and that did not find it so.
    const until = this.#hours.find((hour) => hour > use.hour) ?? this.#now;
    return this.#isOver(until, days) ? undefined : use;
  }

  /** The digests of the images that can have been in use in the last `days` days. */
  recentlyUsed(days: number): string[] {
    return [...this.#uses.keys()].filter((digest) => this.recentUse(digest, days) !== undefined);
  }

  /** Until when the history is too young to prove that an image was not in use for some days; nothing if it is old enough. */
  tooYoungFor(days: number): { readonly begin: number; readonly until: number } | undefined {
    const begin = this.#beginFor(days);
    return this.#isOver(begin, days) ? undefined : { begin, until: begin + days * DAY_HOURS };
  }

  /** Whether an hour is so many days ago. */
  #isOver(hour: number, days: number): boolean {
    return this.#now - hour >= days * DAY_HOURS - TOLERANCE_HOURS;
  }

  /** The hour from which on the history has no hole. */
  #beginFor(days: number): number {
    const gap = maxGapFor(days) * DAY_HOURS + TOLERANCE_HOURS;
    let begin = this.#now;
    for (const hour of this.#hours.toReversed()) {
      // Runs can be later than this one only where a clock was wrong.
      if (hour > begin) continue;
      if (begin - hour > gap) break;
      begin = hour;
    }
    return begin;
  }
}

/** How often a run must look at least, in days, to prove that an image was not used for some days. */
export function maxGapFor(days: number): number {
  return Math.min(Math.max(days, 1), MAX_GAP_DAYS);
}

function includesAll(all: readonly string[], some: readonly string[]): boolean {
  return some.every((each) => all.includes(each));
}
