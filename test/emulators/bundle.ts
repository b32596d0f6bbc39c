import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/**
 * Runs the bundle's command line, and returns what it prints. Emulators set the push date of every image to now, so an image
 * is old only if `DEFAULT_KEEP_DAYS` is 0. Throws if the exit code is not 0.
 */
async function runBundle(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  const env = { ...process.env, DEFAULT_KEEP_DAYS: "0", ...settings };
  const { stdout } = await execute(process.execPath, ["dist/cli.mjs", ...args], { env });
  return stdout;
}

/** Makes a real run, and returns its summary. */
export async function clean(settings: Readonly<Record<string, string>>) {
  return JSON.parse(await runBundle(["--json"], { ...settings, DRY_RUN: "false" }));
}

/** Makes a dry run, and returns its summary. */
export async function dryRun(settings: Readonly<Record<string, string>>) {
  return JSON.parse(await runBundle(["--json"], { ...settings, DRY_RUN: "true" }));
}

/** Explains what keeps each image of a repository. */
export async function explain(
  repository: string,
  settings: Readonly<Record<string, string>>,
): Promise<string> {
  return runBundle(["--explain", repository], settings);
}
