import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";

const { code: OPTIMIZE_LATE } = transformSync(readFileSync("src/optimize-late.ts", "utf8"), {
  loader: "ts",
});

/** How a program goes on after `optimizeLate`. */
interface Program {
  /** What it does between computations. */
  readonly wait: string;
  /** When it ends, unless V8 optimizes its computation before. */
  readonly endMs: number;
  readonly flags?: readonly string[];
}

/** Runs a program. Returns whether V8 has optimized its computation, and its exit code, if it ended by itself. */
async function run({ wait, endMs, flags = [] }: Program) {
  const program = `
    ${OPTIMIZE_LATE}
    import { setImmediate, setTimeout } from "node:timers/promises";
    optimizeLate(100);
    const compute = () => { let sum = 0; for (let i = 0; i < 100_000; i += 1) sum += i; };
    while (performance.now() < ${endMs}) { compute(); await ${wait}; }
  `;
  const parts = ["--trace-opt", "--input-type=module", ...flags, "--eval", program];
  const child = spawn(process.execPath, parts, { stdio: ["ignore", "pipe", "inherit"] });
  const end = once(child, "exit");
  let isOptimized = false;
  for await (const line of createInterface(child.stdout)) {
    if (!/completed compiling.*compute/.test(line)) continue;
    isOptimized = true;
    child.kill();
  }
  const [code] = await end;
  return { isOptimized, code };
}

describe("V8", () => {
  test("does not optimize a program that mostly waits", async () => {
    expect(await run({ wait: "setTimeout(40)", endMs: 1_000 })).toEqual({
      isOptimized: false,
      code: 0,
    });
  });

  test("optimizes a program that computes all the time", async () => {
    const { isOptimized } = await run({ wait: "setImmediate()", endMs: 20_000 });
    expect(isOptimized).toBe(true);
  });

  test("runs such a program to its end without compilers", async () => {
    const flags = ["--jitless"];
    expect(await run({ wait: "setImmediate()", endMs: 1_000, flags })).toEqual({
      isOptimized: false,
      code: 0,
    });
  });
});
