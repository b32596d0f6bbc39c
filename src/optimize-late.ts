import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";

const PERIOD_MS = 5_000;
/** The part of that time in which a busy program does not wait. */
const BUSY = 0.5;
/** How long the bytecode of a function may be for V8 to optimize it, in bytes. */
const V8_DEFAULT = 61_440;

/**
 * Lets V8 optimize code only once a program is busy. V8's optimizing compilers take 10 to 20 MB as soon as they compile anything. A
 * program that mostly waits for AWS gains little from them.
 *
 * @param periodMs how long a program must be busy, in ms
 */
export function optimizeLate(periodMs = PERIOD_MS): void {
  setFlagsFromString("--no-maglev");
  // A compiler that Node was started without, as by --jitless, would crash it. So none is switched off and on again.
  optimizeUpTo(0);
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization < BUSY) return;
    clearInterval(timer);
    optimizeUpTo(V8_DEFAULT);
  }, periodMs);
  timer.unref();
}

function optimizeUpTo(bytes: number): void {
  setFlagsFromString(`--max-optimized-bytecode-size=${bytes}`);
}
