import { vi } from "vitest";

import { handler } from "../src/handler.ts";
import type { Summary } from "../src/report/summary.ts";
import { type Start, type StartedRun, start } from "../src/run/start.ts";
import { runCommand } from "../src/terminal/command.ts";
import type { Terminal } from "../src/terminal/terminal.ts";
import { type Account, type AccountParts, createAccount } from "./simulator/account.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./simulator/simulator.ts";

type Settings = Readonly<Record<string, string>>;

/** Most tests have only images, and nothing that uses an image. */
const DEFAULTS: Settings = { ALLOW_EMPTY_IN_USE: "true" };
/** Brings the log as JSON, which people do not get. */
const LOGGING: Settings = { BOX_LOG: "INFO" };
const REAL: Settings = { ...DEFAULTS, DRY_RUN: "false" };

/** Points the SDK clients of this process to a simulator, until the test ends. */
export function useSimulator({ env }: Pick<Simulator, "env">): void {
  stubEnv(env);
}

function stubEnv(env: Settings): void {
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
  simulator: Pick<Simulator, "env">,
  args: readonly string[] = [],
  settings: Settings = {},
  terminal: Partial<Terminal> = {},
): Promise<CommandResult> {
  useSimulator(simulator);
  return runWith({ ...DEFAULTS, ...LOGGING, ...settings }, args, terminal);
}

/** Runs the command line as people do, without a log level. */
export async function runForPeople(
  simulator: Pick<Simulator, "env">,
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
    columns: 200,
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

/** Makes a real run by the Lambda handler, with the settings in the environment. */
export async function invoke(
  simulator: Pick<Simulator, "env">,
  event?: unknown,
  settings: Settings = {},
  context: Parameters<typeof handler>[1] = {},
): Promise<Summary> {
  useSimulator(simulator);
  stubEnv({ ...REAL, BOX_LOG: "SILENT", ...settings });
  return handler(event, context);
}

/** A simulated account after a run, and the calls that the run made. */
interface AccountAfterRun {
  readonly account: Account;
  readonly simulator: Simulator;
}

/** Makes a real run by the command line on an account of its own. */
export async function runAccount(
  parts: AccountParts,
  options: SimulatorOptions = {},
  settings: Settings = {},
): Promise<AccountAfterRun & CommandResult & { readonly summary: Summary }> {
  const account = createAccount(parts);
  await using simulator = await startSimulator(account, options);
  const result = await run(simulator, ["--json"], { DRY_RUN: "false", ...settings });
  return { account, simulator, ...result, summary: JSON.parse(result.stdout) };
}

/** A clock that a test moves, also during a simulated call. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now: number;
}

/** Too old for any evidence: a run may act on evidence for ten minutes at most, less after a quick scan. */
export const TOO_OLD_MS = 11 * 60_000;

/** Makes a real run with a clock of its own on an account of its own, without the command line. */
export async function cleanAccount(
  parts: AccountParts,
  options: SimulatorOptions | ((clock: Clock) => SimulatorOptions) = {},
  settings: Settings = {},
  request: Partial<Start> = {},
): Promise<AccountAfterRun & StartedRun> {
  const clock = { now: Date.now() };
  const account = createAccount(parts);
  await using simulator = await startSimulator(
    account,
    typeof options === "function" ? options(clock) : options,
  );
  useSimulator(simulator);
  const result = await start({
    env: { ...REAL, BOX_LOG: "SILENT", ...settings },
    now: () => clock.now,
    ...request,
  });
  return { account, simulator, ...result };
}
