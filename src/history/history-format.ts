import type { LastUse, Observed, RepositoryHistory } from "./history.ts";

/** A repository's history as JSON. */
interface RepositoryRecord {
  readonly observed: readonly Observed[];
  /** The day and the user, by the digest of the image. */
  readonly uses: Readonly<Record<string, readonly [day: number, user: string]>>;
}

/** The histories of repositories, by their names, as JSON. */
export function toRecord(
  histories: ReadonlyMap<string, RepositoryHistory>,
): Record<string, RepositoryRecord> {
  const toRecord = ({ observed, uses }: RepositoryHistory): RepositoryRecord => ({
    observed,
    uses: Object.fromEntries([...uses].map(([digest, { day, user }]) => [digest, [day, user]])),
  });
  return Object.fromEntries([...histories].map(([name, history]) => [name, toRecord(history)]));
}

/** Reads what `toRecord` has made. Nothing if any part of it is something else: half a history proves nothing. */
export function toHistory(content: unknown): Map<string, RepositoryHistory> | undefined {
  if (!isObject(content)) return undefined;
  const histories = new Map<string, RepositoryHistory>();
  for (const [name, record] of Object.entries(content)) {
    if (!isRepositoryRecord(record)) return undefined;
    const uses = Object.entries(record.uses).map(([digest, [day, user]]): [string, LastUse] => [
      digest,
      { day, user },
    ]);
    histories.set(name, { observed: record.observed, uses: new Map(uses) });
  }
  return histories;
}

function isRepositoryRecord(record: unknown): record is RepositoryRecord {
  if (!isObject(record) || !isObject(record["uses"])) return false;
  const { observed, uses } = record;
  return Array.isArray(observed) && observed.every(isObserved) && Object.values(uses).every(isUse);
}

function isObserved(observed: unknown): boolean {
  if (!isObject(observed)) return false;
  const { reads, days } = observed;
  return (
    Array.isArray(reads) &&
    reads.every((each) => typeof each === "string") &&
    Array.isArray(days) &&
    days.every((day) => Number.isInteger(day))
  );
}

function isUse(use: unknown): boolean {
  return Array.isArray(use) && Number.isInteger(use[0]) && typeof use[1] === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
