import { spawnSync } from "node:child_process";
import { env } from "node:process";
import { fileURLToPath } from "node:url";

import { SETTINGS } from "../src/settings/settings.ts";

const CLI = fileURLToPath(new URL("../dist/cli.mjs", import.meta.url));

/** The settings that the input `settings` can set. The input `delete` decides about the dry run. */
const NAMES = SETTINGS.map(({ name }) => name).filter((name) => name !== "DRY_RUN");

/** Runs the command line as the inputs of action.yml say, which come as variables. Returns the exit code. */
function runAction(inputs: Readonly<Record<string, string | undefined>>): number {
  const isDeletion = readSwitch("delete", inputs["ACTION_DELETE"]);
  const repositories = (inputs["ACTION_REPOSITORIES"] ?? "").split(/\s+/).filter(Boolean);
  const lines = (inputs["ACTION_SETTINGS"] ?? "").split("\n").map((line) => line.trim());
  const settings = Object.fromEntries(lines.filter(Boolean).map(readSetting));
  const report = inputs["ACTION_REPORT"] ?? "";

  const args = [
    ...(isDeletion ? ["--delete", "--yes"] : []),
    ...repositories.flatMap((name) => ["--repository", name]),
    ...(report === "" ? [] : ["--report", report]),
  ];
  const { status } = spawnSync(process.execPath, [CLI, ...args], {
    env: { ...inputs, ...region(inputs), ...settings, DRY_RUN: isDeletion ? "false" : "true" },
    stdio: "inherit",
  });
  return status ?? 1;
}

/** Without a role to assume, nothing else has set the Region of the input. */
function region(inputs: Readonly<Record<string, string | undefined>>) {
  const name = inputs["ACTION_AWS_REGION"] ?? "";
  return name === "" ? {} : { AWS_REGION: name };
}

/** A misread input must not delete: everything but the two words is refused. */
function readSwitch(name: string, text = ""): boolean {
  if (text === "true") return true;
  if (text === "false" || text === "") return false;
  throw new Error(`The input ${name} is "${text}": write true or false.`);
}

/** A misspelt setting must not leave its default in force: every other name is refused. */
function readSetting(line: string): [name: string, value: string] {
  const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
  if (NAMES.includes(name)) return [name, value];
  throw new Error(
    `The input settings has the line "${line}": write NAME=value, with one of ${NAMES.join(", ")}.`,
  );
}

try {
  process.exitCode = runAction(env);
} catch (error) {
  console.error(`::error::${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
