const DAY_MS = 24 * 60 * 60 * 1000;

/** The day (in UTC) of a time in ms since the epoch, as a number of days since the epoch. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** A day as people write it, `2026-11-28`. */
export function nameOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
