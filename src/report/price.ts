const BYTES_PER_GB = 1_000_000_000;

/** What it costs to store bytes for a month, at a price in US dollars for a GB (10^9 bytes). */
export function formatMonthlyPrice(bytes: number, pricePerGBMonth: number): string {
  return `$${((bytes / BYTES_PER_GB) * pricePerGBMonth).toFixed(2)} a month`;
}
