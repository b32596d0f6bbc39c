import { isRecord, isTexts } from "../json.ts";
import type { LastUse, Observed, RepositoryHistory } from "./history.ts";

/** A repository's history as JSON. */
interface RepositoryRecord {
  readonly observed: readonly Observed[];
  /** By the digest of the image. */
  readonly uses: Readonly<Record<string, readonly [hour: number, user: string, isPinned: boolean]>>;
}

/** The histories of repositories, by their names, as JSON. */
export function toRecord(
  histories: ReadonlyMap<string, RepositoryHistory>,
): Record<string, RepositoryRecord> {
  return Object.fromEntries(
    [...histories].map(([name, { observed, uses }]) => [name, { observed, uses: usesOf(uses) }]),
  );
}

function usesOf(uses: RepositoryHistory["uses"]): RepositoryRecord["uses"] {
  return Object.fromEntries(
    [...uses].map(([digest, { hour, user, isPinned }]) => [digest, [hour, user, isPinned]]),
  );
}

/** Reads what `toRecord` has made. Nothing if any part of it is something else: half a history proves nothing. */
export function toHistory(content: unknown): Map<string, RepositoryHistory> | undefined {
  if (!isRecord(content)) return undefined;
  const histories = new Map<string, RepositoryHistory>();
  for (const [name, record] of Object.entries(content)) {
    if (!isRepositoryRecord(record)) return undefined;
    const uses = Object.entries(record.uses).map(
      ([digest, [hour, user, isPinned]]): [string, LastUse] => [digest, { hour, user, isPinned }],
    );
    histories.set(name, { observed: record.observed, uses: new Map(uses) });
  }
  return histories;
}

function isRepositoryRecord(record: unknown): record is RepositoryRecord {
  if (!isRecord(record) || !isRecord(record["uses"])) return false;
  const { observed, uses } = record;
  return Array.isArray(observed) && observed.every(isObserved) && Object.values(uses).every(isUse);
}

function isObserved(observed: unknown): boolean {
  if (!isRecord(observed)) return false;
  const { reads, hours } = observed;
  return isTexts(reads) && Array.isArray(hours) && hours.every((hour) => Number.isInteger(hour));
}

function isUse(use: unknown): boolean {
  if (!Array.isArray(use)) return false;
  const [hour, user, isPinned] = use;
  return Number.isInteger(hour) && typeof user === "string" && typeof isPinned === "boolean";
}
