const UNITS = ["kB", "MB", "GB", "TB", "PB"];

/** Bytes with one decimal and a unit of two letters, so that sizes in a column line up. */
export function alignedSize(bytes: number): string {
  if (bytes === 0) return "0.0 MB";
  const steps = Math.floor(Math.log10(bytes) / 3);
  const unit = Math.min(Math.max(steps - 1, 0), UNITS.length - 1);
  const amount = (bytes / 1000 ** (unit + 1)).toFixed(1);
  // 999,960 kB are a thousand MB.
  return amount === "1000.0" && unit < UNITS.length - 1
    ? `1.0 ${UNITS[unit + 1]}`
    : `${amount} ${UNITS[unit]}`;
}
