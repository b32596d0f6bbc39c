import { vi } from "vitest";

import type { Summary } from "../src/report/summary.ts";
import { runCommand } from "../src/terminal/command.ts";
import type { Terminal } from "../src/terminal/terminal.ts";
import type { Simulator } from "./simulator/simulator.ts";

/** What a run of the command line left behind. */
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
  settings: Readonly<Record<string, string>> = {},
  terminal: Partial<Terminal> = {},
): Promise<CommandResult> {
  for (const [name, value] of Object.entries(simulator.env)) vi.stubEnv(name, value);
  // Most tests are about images alone, with nobody who uses them.
  return runWith({ ALLOW_EMPTY_IN_USE: "true", ...settings }, args, terminal);
}

/** Runs the command line inside this process, with the AWS that the environment names. */
export async function runWith(
  env: Readonly<Record<string, string>>,
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

/** Makes a real run and returns its summary. */
export async function clean(
  simulator: Simulator,
  settings: Readonly<Record<string, string>> = {},
): Promise<Summary> {
  const { stdout } = await run(simulator, ["--json"], { DRY_RUN: "false", ...settings });
  return JSON.parse(stdout);
}
