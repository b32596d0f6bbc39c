const DAY_MS = 24 * 60 * 60 * 1000;

/** Days, with their fraction, from a time to a later one; both in ms since the epoch. */
export function daysBetween(time: number, later: number): number {
  return (later - time) / DAY_MS;
}
