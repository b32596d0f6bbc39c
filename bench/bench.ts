import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";

import Table from "cli-table3";

import type { Summary } from "../src/report/summary.ts";
import type { RateLimit } from "../test/simulator/rate-limiter.ts";
import type { Seen } from "./account-process.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

/*
 * Prints how long runs take, how many calls they make and how much memory they need, against simulated accounts with a
 * fixed latency a call, and in the same run the same of a sequential baseline. Figures, no verdicts. With --before FOLDER, it also
 * measures what an older checkout has built there, in the scenarios that need no settings.
 */
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    latency: { type: "string", default: "20" },
    budget: { type: "boolean", default: false },
    before: { type: "string" },
  },
});

interface Measured {
  readonly seconds: number;
  readonly peakMB: number;
  readonly cpuSeconds: number;
  readonly seen: Seen;
  readonly summary?: Summary;
}

/** As Lambda starts Node in a function with 512 MB. */
const LAMBDA_FLAGS = ["--max-semi-space-size=25", "--max-old-space-size=460"];
const cleanerIn = (folder: string) => [...LAMBDA_FLAGS, `${folder}/dist/cli.mjs`, "--json"];
const CLEANER = cleanerIn(".");
const BASELINE = ["bench/baseline.ts"];

/** Runs a program against a fresh account of a scenario. */
async function measure(key: string, program: readonly string[]): Promise<Measured> {
  const conditions = options.budget ? ["0", "unlimited"] : [options.latency];
  const account = fork("bench/account-process.ts", [key, ...conditions]);
  const [env] = await once(account, "message");
  const startedAt = performance.now();
  const child: ChildProcess = spawn(
    process.execPath,
    ["--import", "./bench/report-memory.mjs", ...program],
    {
      env: {
        ...process.env,
        ...env,
        DRY_RUN: "false",
        BOX_LOG: "WARN",
        ...SCENARIOS[key]?.settings,
      },
      stdio: ["ignore", "pipe", "inherit", "pipe"],
    },
  );
  const [stdout, usage, [code]] = await Promise.all([
    text(readable(child.stdio[1])),
    text(readable(child.stdio[3])),
    once(child, "exit"),
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) console.error(`${program.join(" ")} ended with exit code ${code}`);

  account.send("tell");
  const [seen]: Seen[] = await once(account, "message");
  account.kill();
  if (seen === undefined) throw new Error("The simulated account did not answer");
  const summary = stdout === "" ? {} : { summary: JSON.parse(stdout) as Summary };
  const { maxRSS, userCPUTime, systemCPUTime }: NodeJS.ResourceUsage = JSON.parse(usage);
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  return { seconds, peakMB: maxRSS / 1024, cpuSeconds, seen, ...summary };
}

function readable(pipe: unknown): Readable {
  if (pipe instanceof Readable) return pipe;
  throw new Error("The program has no such pipe");
}

/** The seconds that the limits of the busiest place allow for calls, at the least. */
function allowedSeconds(limits: readonly RateLimit[], { places }: Seen): number {
  const waits = Object.values(places).flatMap((calls) =>
    limits.map(({ actions, burst, perSecond }) => {
      const made = actions.reduce((sum, action) => sum + (calls[action] ?? 0), 0);
      return Math.max(0, made - burst) / perSecond;
    }),
  );
  return Math.max(0, ...waits);
}

/** The calls of all places together, by action. */
function callsIn({ places }: Seen): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const [action, made] of Object.values(places).flatMap(Object.entries<number>))
    calls[action] = (calls[action] ?? 0) + made;
  return calls;
}

const sum = (calls: Readonly<Record<string, number>>) =>
  Object.values(calls).reduce((total, made) => total + made, 0);
const callsOf = (calls: Readonly<Record<string, number>>, ...prefixes: string[]) =>
  Object.entries(calls)
    .filter(([action]) => prefixes.some((prefix) => action.startsWith(prefix)))
    .reduce((total, [, made]) => total + made, 0);

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const lines: string[] = [];
const print = (line: string) => {
  console.log(line);
  lines.push(line);
};

async function bench(key: string, scenario: Scenario): Promise<void> {
  const cleaner = await measure(key, CLEANER);
  const { seconds, peakMB, cpuSeconds, seen, summary } = cleaner;
  const calls = callsIn(seen);
  const placesRead = summary?.inUse.places.length ?? 1;
  const allowed = allowedSeconds(scenario.limits, seen);
  print(`\n## (${key}) ${scenario.name}\n`);
  const rows: [string, string][] = [
    ["wall time", `${seconds.toFixed(1)} s`],
    ...(allowed > 0
      ? ([
          ["what the limits allow", `${allowed.toFixed(1)} s`],
          ["ratio", (seconds / allowed).toFixed(2)],
        ] satisfies [string, string][])
      : []),
    ["peak memory (RSS)", `${peakMB.toFixed(0)} MB`],
    ...(placesRead > 1
      ? ([
          [
            "processor's time",
            `${cpuSeconds.toFixed(1)} s, of the simulation ${seen.cpuSeconds.toFixed(1)} s`,
          ],
          ["accounts × Regions", String(placesRead)],
          ["calls of one, the median", String(median(Object.values(seen.places).map(sum)))],
        ] satisfies [string, string][])
      : []),
    ["calls", `${sum(calls)}, of which ECR and tagging ${callsOf(calls, "ecr:", "tag:")}`],
    ["throttled answers", String(seen.throttled)],
    ["peak concurrency", String(seen.peakConcurrency)],
    [
      "images deleted, failed, left",
      `${summary?.images.deleted}, ${summary?.images.failed}, ${seen.imagesLeft}`,
    ],
    ["complete, failures", `${summary?.complete}, ${summary?.failures.length}`],
    ["references in use", String(summary?.inUse.references)],
  ];
  if (scenario.hasBaseline) {
    const baseline = await measure(key, BASELINE);
    rows.push(
      [
        "sequential baseline",
        `${baseline.seconds.toFixed(1)} s, ${sum(callsIn(baseline.seen))} calls, ${baseline.seen.imagesLeft} images left`,
      ],
      ["times as fast", (baseline.seconds / seconds).toFixed(1)],
      ["share of its calls", `${((100 * sum(calls)) / sum(callsIn(baseline.seen))).toFixed(1)} %`],
    );
  }
  const table = new Table({ style: { head: [], border: [], compact: true } });
  table.push(...rows);
  print(`\`\`\`text\n${table.toString()}\n\`\`\``);
  const byAction = Object.entries(calls).toSorted(([, a], [, b]) => b - a);
  print(`\nCalls: ${byAction.map(([action, made]) => `${action} ${made}`).join(", ")}`);
  // An older program does not know the settings.
  if (options.before !== undefined && scenario.settings === undefined)
    compared.push([key, await measure(key, cleanerIn(options.before)), cleaner]);
}

/** The scenarios that were also measured with an older program: before and after. */
const compared: (readonly [key: string, before: Measured, after: Measured])[] = [];

/** Prints the figures of both programs side by side. */
function printComparison(): void {
  if (compared.length === 0) return;
  const head = ["scenario", "seconds", "peak memory", "calls", "throttled", "images left"];
  const cells = (...figures: (string | number)[]) => `| ${figures.join(" | ")} |`;
  const before = spawnSync(
    "git",
    ["-C", String(options.before), "log", "-1", "--format=%h of %as"],
    { encoding: "utf8" },
  );
  print("\n## Before and after\n");
  print(`Before: commit ${before.stdout.trim()}. After: this one.\n`);
  print(cells(...head));
  print(cells(...head.map(() => "---")));
  for (const [key, ...figures] of compared) {
    const cell = (of: (measured: Measured) => string) => figures.map(of).join(" → ");
    print(
      cells(
        `(${key})`,
        cell(({ seconds }) => seconds.toFixed(1)),
        cell(({ peakMB }) => `${peakMB.toFixed(0)} MB`),
        cell(({ seen }) => String(sum(callsIn(seen)))),
        cell(({ seen }) => String(seen.throttled)),
        cell(({ seen }) => String(seen.imagesLeft)),
      ),
    );
  }
}

function benchInUseSet(): void {
  const { stdout } = spawnSync(process.execPath, ["--expose-gc", "bench/in-use-memory.ts"], {
    encoding: "utf8",
  });
  const [references = 0, apart = 0, together = 0]: number[] = JSON.parse(stdout);
  print("\n## The in-use set and its memory\n");
  print(
    `${references} references by tag and digest, each with a place of its own: ${apart.toFixed(1)} MB. ` +
      `With one place for all: ${together.toFixed(1)} MB. --explain shows the places.`,
  );
}

/** How often each start is measured. */
const STARTS = 15;

/** Starts a program again and again, and measures each start from outside. */
function measureStarts(
  program: readonly string[],
): { readonly ms: number; readonly stdout: string }[] {
  return Array.from({ length: STARTS }, () => {
    const startedAt = performance.now();
    const { stdout, status, stderr } = spawnSync(process.execPath, [...LAMBDA_FLAGS, ...program], {
      encoding: "utf8",
      env: { ...process.env, ...NOWHERE },
    });
    if (status !== 0) throw new Error(`${program.join(" ")} failed: ${stderr}`);
    return { ms: performance.now() - startedAt, stdout };
  });
}

/** Credentials for a call that is never answered. */
const NOWHERE = {
  AWS_ACCESS_KEY_ID: "simulated",
  AWS_SECRET_ACCESS_KEY: "simulated",
  AWS_REGION: "eu-west-1",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  BOX_LOG: "SILENT",
};

function benchStart(): void {
  const nothing = median(measureStarts(["--eval", ""]).map(({ ms }) => ms)) ?? 0;
  const help = median(measureStarts(["dist/cli.mjs", "--help"]).map(({ ms }) => ms)) ?? 0;
  const starts = measureStarts(["bench/cold-start.mjs"]).map(
    ({ stdout }): { loadedMs: number; firstCallMs: number; maxRSS: number } => JSON.parse(stdout),
  );
  const loaded = median(starts.map(({ loadedMs }) => loadedMs)) ?? 0;
  const firstCall = median(starts.map(({ firstCallMs }) => firstCallMs)) ?? 0;
  const memory = (median(starts.map(({ maxRSS }) => maxRSS)) ?? 0) / 1024;
  print("\n## Start\n");
  print(
    `Medians of ${STARTS} starts. The handler's bundle loads in ${loaded.toFixed(0)} ms, and makes its first call after ` +
      `${firstCall.toFixed(0)} ms, with ${memory.toFixed(0)} MB of memory by then. \`--help\` takes ${help.toFixed(0)} ms, of which Node alone ${nothing.toFixed(0)} ms.`,
  );
}

/** The scenarios whose calls have a budget. */
const BUDGETED = ["a", "b", "h"];
const BUDGET_FILE = "bench/budget.json";

/** Compares the calls that runs make with those in the budget, and names every difference. */
async function checkBudget(): Promise<boolean> {
  const budget: Record<string, Record<string, number>> = JSON.parse(
    readFileSync(BUDGET_FILE, "utf8"),
  );
  const made: typeof budget = {};
  for (const key of BUDGETED) {
    const calls = Object.entries(callsIn((await measure(key, CLEANER)).seen));
    made[key] = Object.fromEntries(calls.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  const differences = BUDGETED.flatMap((key) => {
    const [allowed = {}, calls = {}] = [budget[key], made[key]];
    const actions = new Set([...Object.keys(allowed), ...Object.keys(calls)]);
    return [...actions]
      .filter((action) => allowed[action] !== calls[action])
      .map((action) => `(${key}) ${action}: ${calls[action] ?? 0}, budget ${allowed[action] ?? 0}`);
  });
  for (const difference of differences) console.error(difference);
  if (differences.length === 0) {
    console.log(`The calls of ${BUDGETED.join(" and ")} are those of ${BUDGET_FILE}.`);
    return true;
  }
  console.error(
    `If this is meant, change ${BUDGET_FILE} to:\n${JSON.stringify(made, undefined, 2)}`,
  );
  return false;
}

async function benchAll(): Promise<void> {
  const [cpu] = cpus();
  print("# Benchmark\n");
  print(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpu?.model}, ` +
      `${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${options.latency} ms a call. Made by \`npm run bench\`.`,
  );
  const FURTHER: Readonly<Record<string, () => void>> = {
    "in-use": benchInUseSet,
    start: benchStart,
  };
  const asked = options.only?.split(",") ?? [...Object.keys(SCENARIOS), ...Object.keys(FURTHER)];
  const keys = asked.filter((key) => FURTHER[key] === undefined);
  for (const key of keys) {
    const scenario = SCENARIOS[key];
    if (scenario === undefined)
      throw new Error(
        `--only takes ${[...Object.keys(SCENARIOS), ...Object.keys(FURTHER)].join(", ")}, not "${key}"`,
      );
    await bench(key, scenario);
  }
  printComparison();
  for (const key of asked) FURTHER[key]?.();
  if (options.only === undefined) writeFileSync("bench/results.md", `${lines.join("\n")}\n`);
}

if (options.budget) process.exitCode = (await checkBudget()) ? 0 : 1;
else await benchAll();
