import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";

const { code: OPTIMIZE_LATE } = transformSync(readFileSync("src/optimize-late.ts", "utf8"), {
  loader: "ts",
});

/** Computes for a second after `optimizeLate`, with pauses. Returns V8's lines on what it has compiled of that. */
async function compiled(pauseMs: number, ...flags: string[]): Promise<string[]> {
  const program = `
    ${OPTIMIZE_LATE}
    import { setTimeout } from "node:timers/promises";
    optimizeLate(100);
    const add = (sum, i) => sum + i;
    const compute = () => { let sum = 0; for (let i = 0; i < 100_000; i += 1) sum = add(sum, i); };
    const end = performance.now() + 1_000;
    while (performance.now() < end) { compute(); await setTimeout(${pauseMs}); }
  `;
  const run = ["--trace-opt", "--input-type=module", ...flags, "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, run);
  return stdout.split("\n").filter((line) => /completed compiling.*(?:compute|add)/.test(line));
}

describe("V8", () => {
  test("does not optimize a program that mostly waits", async () => {
    expect(await compiled(40)).toEqual([]);
  });

  test("optimizes a program that computes all the time", async () => {
    expect(await compiled(0)).not.toEqual([]);
  });

  test("runs such a program without compilers too", async () => {
    expect(await compiled(0, "--jitless")).toEqual([]);
  });
});
