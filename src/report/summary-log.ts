import type { LogFields } from "../log.ts";
import type { Summary } from "./summary.ts";

/** CloudWatch Logs and Lambda cut an entry at 256 KB, and what is cut is no JSON. The rest is for the entry's other fields. */
const MAX_BYTES = 200_000;

/**
 * The fields of a run's last log entry: its summary. With 800 places and 12 sources, the places alone can have 250 KB. Then
 * the entry has their number and that of lists instead, and no `blindSpots`: the log has an entry for each. The summary that is returned has
 * all of it.
 */
export function summaryFields(summary: Summary): LogFields {
  if (Buffer.byteLength(JSON.stringify(summary)) <= MAX_BYTES) return { ...summary };
  const { places, lists, sources, ...inUse } = summary.inUse;
  const counted = sources.map(({ id, name, status, references }) => ({
    id,
    name,
    status,
    references,
  }));
  const counts = { placesRead: places.length, listsRead: lists.length };
  return { ...summary, inUse: { ...inUse, sources: counted, ...counts } };
}
