import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";

const PERIOD_MS = 5_000;
/** A program that waits for less than a quarter of the time is busy. */
const BUSY = 0.75;
/** V8's own limit for the bytecode of a function that it optimizes, in bytes. */
const MAX_BYTES = 61_440;

/**
 * Lets V8 optimize code only once a program is busy. V8's optimizing compilers take 10 to 20 MB as soon as they compile anything. A
 * program that mostly waits for AWS gains little from them.
 *
 * @param periodMs how long a program must be busy, in ms
 */
export function optimizeLate(periodMs = PERIOD_MS): void {
  setFlagsFromString("--no-maglev");
  // Node crashes if a compiler is switched on that it was started without, as by --jitless. So none is switched on.
  optimizeUpTo(0);
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization < BUSY) return;
    clearInterval(timer);
    optimizeUpTo(MAX_BYTES);
  }, periodMs);
  timer.unref();
}

function optimizeUpTo(bytes: number): void {
  setFlagsFromString(`--max-optimized-bytecode-size=${bytes}`);
}
