import fc from "fast-check";
import { vi } from "vitest";

/** How many random inputs each property is tried on, if somebody wants other ones than those of every run. */
const wanted = process.env["FUZZ_RUNS"];

// The same inputs in every run: a test that fails has found a fault of the change at hand.
if (wanted === undefined) fc.configureGlobal({ seed: 1 });

/** For how many inputs to check a property: as usual, or as the environment says. */
export function inputs(usual: number): { readonly numRuns: number } {
  return { numRuns: Number(wanted ?? usual) };
}

/** Lets the tests of a file take as long as many random inputs take on a busy machine. */
export function takeYourTime(): void {
  vi.setConfig({ testTimeout: 30 * 60_000 });
}
