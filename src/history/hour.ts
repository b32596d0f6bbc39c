const HOUR_MS = 60 * 60 * 1000;

/** Hours of a day. */
export const DAY_HOURS = 24;

/** The hour of a time in ms since the epoch, as a number of hours since the epoch. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}

/** The day (in UTC) of an hour as people write it, `2026-11-28`. */
export function dayOf(hour: number): string {
  return new Date(hour * HOUR_MS).toISOString().slice(0, 10);
}
