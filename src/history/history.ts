/** The most days that a rule can look back. A history keeps a few more. */
export const MAX_HISTORY_DAYS = 365;
const KEPT_DAYS = MAX_HISTORY_DAYS + 35;

/** The longest time between two runs, in days, that leaves no hole in a history: a weekly run may be a day late. */
const MAX_GAP_DAYS = 8;

/** What uses an image, or has used it. */
export interface Use {
  readonly user: string;
  /** Whether something uses it by its very digest, or did on an earlier day: then it needs the indexes that list the image. */
  readonly isPinned: boolean;
}

/** The last day on which an image was found in use, as a number since the epoch. */
export interface LastUse extends Use {
  readonly day: number;
}

/** The days on which runs looked for the users of a repository's images, and what all of them read. */
export interface Observed {
  /** What was read: the sources of evidence, the accounts, the Regions and so on, each in a word. */
  readonly reads: readonly string[];
  /** Ascending. */
  readonly days: readonly number[];
}

/** What is known of the use of one repository's images. */
export interface RepositoryHistory {
  readonly observed: readonly Observed[];
  /** By the digest of the image. */
  readonly uses: ReadonlyMap<string, LastUse>;
}

/** What one run found of one repository. */
export interface Observation {
  readonly day: number;
  readonly reads: readonly string[];
  /** The images in use, by their digests. */
  readonly uses: ReadonlyMap<string, Use>;
  /** The digests of all its images. */
  readonly present: ReadonlySet<string>;
}

/** A history without a day. */
export const NO_HISTORY: RepositoryHistory = { observed: [], uses: new Map() };

/**
 * Adds what a run found. An image that is gone is forgotten, unless another run of the day has just found it in use. Pure, and the
 * order of two runs does not matter.
 */
export function observe(
  { observed, uses }: RepositoryHistory,
  { day, reads, uses: found, present }: Observation,
): RepositoryHistory {
  const known = [...uses].filter(([digest, use]) => present.has(digest) || use.day >= day);
  const added = [...found].map(([digest, use]) => {
    const before = uses.get(digest);
    const isPinned = use.isPinned || before?.isPinned === true;
    return [
      digest,
      { ...(before && before.day > day ? before : { ...use, day }), isPinned },
    ] as const;
  });
  return {
    observed: addDay(observed, { reads, day }),
    uses: new Map([...known, ...added]),
  };
}

function addDay(
  observed: readonly Observed[],
  { reads, day }: { readonly reads: readonly string[]; readonly day: number },
): Observed[] {
  const isSame = (each: Observed) =>
    includesAll(each.reads, reads) && includesAll(reads, each.reads);
  const before = observed.find(isSame)?.days ?? [];
  const days = [...new Set([...before, day])].toSorted((a, b) => a - b);
  return [...observed.filter((each) => !isSame(each)), { reads, days }].flatMap((each) => {
    const kept = each.days.filter((other) => other > day - KEPT_DAYS);
    return kept.length === 0 ? [] : [{ reads: each.reads, days: kept }];
  });
}

/** What the history of a repository proves on a day, for a run that reads certain things. */
export class Proof {
  readonly #uses: ReadonlyMap<string, LastUse>;
  readonly #days: readonly number[];
  readonly #today: number;

  /** Only a day counts on which a run read at least what is read `today`. */
  constructor({ observed, uses }: RepositoryHistory, today: number, reads: readonly string[]) {
    this.#uses = uses;
    this.#today = today;
    const counted = observed.filter((each) => includesAll(each.reads, reads));
    const days = new Set([...counted.flatMap((each) => each.days), today]);
    this.#days = [...days].toSorted((a, b) => a - b);
  }

  /** The last use of an image, if it can have been in use in the last `days` days. */
  recentUse(digest: string, days: number): LastUse | undefined {
    const use = this.#uses.get(digest);
    if (use === undefined) return undefined;
    // It can have been in use until the next run that looked, and that did not find it so.
    const next = this.#days.find((day) => day > use.day) ?? this.#today;
    const lastPossible = Math.max(use.day, next - 1);
    return this.#today - lastPossible <= days ? use : undefined;
  }

  /** Until when the history is too young to prove that an image was not in use for some days; nothing if it is old enough. */
  tooYoungFor(days: number): { readonly begin: number; readonly until: number } | undefined {
    const begin = this.#beginFor(days);
    return this.#today - begin < days ? { begin, until: begin + days } : undefined;
  }

  /** The day from which on the history has no hole. */
  #beginFor(days: number): number {
    const gap = maxGapFor(days);
    let begin = this.#today;
    for (const day of this.#days.toReversed()) {
      // Days can be later than this one only where a clock was wrong.
      if (day > begin) continue;
      if (begin - day > gap) break;
      begin = day;
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
