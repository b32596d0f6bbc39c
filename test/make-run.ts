import { vi } from "vitest";

import type { Summary } from "../src/report/summary.ts";
import { type Start, type StartedRun, start } from "../src/run/start.ts";
import { runCommand } from "../src/terminal/command.ts";
import type { Terminal } from "../src/terminal/terminal.ts";
import { type Account, type AccountParts, createAccount } from "./simulator/account.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./simulator/simulator.ts";

type Settings = Readonly<Record<string, string>>;

/** Most tests have images alone, and nobody who uses them. */
const DEFAULTS: Settings = { ALLOW_EMPTY_IN_USE: "true" };

/** Lets the SDK clients of this process find a simulator. */
export function useSimulator({ env }: Pick<Simulator, "env">): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

/** The result of a run of the command line. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The log entries on stderr. */
  readonly entries: readonly Record<string, unknown>[];
}

/** Runs the command line inside this process, with a simulator as its AWS. */
export async function run(
  simulator: Simulator,
  args: readonly string[] = [],
  settings: Settings = {},
  terminal: Partial<Terminal> = {},
): Promise<CommandResult> {
  useSimulator(simulator);
  return runWith({ ...DEFAULTS, ...settings }, args, terminal);
}

/** Runs the command line inside this process, with the AWS of the environment. */
export async function runWith(
  env: Settings,
  args: readonly string[] = [],
  terminal: Partial<Terminal> = {},
): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  const exitCode = await runCommand(args, {
    env,
    out: (text) => (stdout += text),
    err: (text) => (stderr += text),
    reportTemplate: new URL("../dist/report.html", import.meta.url),
    ...terminal,
  });
  const lines = stderr.split("\n").filter((line) => line.startsWith("{"));
  const entries = lines.map((line): Record<string, unknown> => JSON.parse(line));
  return { exitCode, stdout, stderr, entries };
}

/** Makes a real run by the command line, and returns its summary. */
export async function clean(simulator: Simulator, settings: Settings = {}): Promise<Summary> {
  const { stdout } = await run(simulator, ["--json"], { DRY_RUN: "false", ...settings });
  return JSON.parse(stdout);
}

/** A clock that a test moves, from inside a simulated call too. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now: number;
}

/** Makes a real run on an account of its own. */
export async function cleanAccount(
  parts: AccountParts,
  options: SimulatorOptions | ((clock: Clock) => SimulatorOptions) = {},
  settings: Settings = {},
  request: Partial<Start> = {},
): Promise<{ account: Account; simulator: Simulator } & StartedRun> {
  const clock = { now: Date.now() };
  const account = createAccount(parts);
  await using simulator = await startSimulator(
    account,
    typeof options === "function" ? options(clock) : options,
  );
  useSimulator(simulator);
  const result = await start({
    env: { ...DEFAULTS, DRY_RUN: "false", BOX_LOG: "SILENT", ...settings },
    now: () => clock.now,
    ...request,
  });
  return { account, simulator, ...result };
}
