import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { describe, expect, test } from "vitest";

import { demoAccount } from "../demo/account.ts";
import { remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";
import { hasPseudoTerminals, runAtTerminal } from "./terminal/pseudo-terminal.ts";
import { shop } from "./terminal/shop.ts";

const CLI = "dist/cli.mjs";
const UNUSED = ["v1", "v2", "v3"];

describe.skipIf(!hasPseudoTerminals)("the command line at a terminal", () => {
  test.for([60, 100])("fits into %i columns, and shows no JSON", async (columns) => {
    await using simulator = await startSimulator(demoAccount());
    const { exitCode, shown } = await runAtTerminal([CLI], simulator.env, { columns });
    const lines = shown.split("\n").map((line) => line.trimEnd());
    expect(exitCode).toBe(0);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.filter((line) => line.startsWith("{"))).toEqual([]);
    expect(shown).toContain("Account      123456789012, eu-west-1\n");
    expect(shown).toContain("Dry run: nothing was deleted.");
  });

  test.for([
    { name: "y deletes", keys: "y\r", code: 0, says: "Deleted 2 images", left: ["v2", "v3"] },
    {
      name: "Enter deletes nothing",
      keys: "\r",
      code: 0,
      says: "Nothing was deleted.",
      left: UNUSED,
    },
    {
      name: "the end of the input deletes nothing",
      keys: "\u0004",
      code: 0,
      says: "Nothing was deleted.",
      left: UNUSED,
    },
    {
      name: "Ctrl-C deletes nothing and exits with 130",
      keys: "\u0003",
      code: 130,
      says: "Interrupted: nothing was deleted.",
      left: UNUSED,
    },
  ])("asks before it deletes: $name", async ({ keys, code, says, left }) => {
    await using simulator = await startSimulator(shop());
    const person = { at: "[y/N]", keys };
    const { exitCode, shown } = await runAtTerminal([CLI, "--delete"], simulator.env, person);
    expect(exitCode).toBe(code);
    expect(shown).toContain(says);
    expect(remaining(simulator.account, "api")).toEqual(left);
  });

  test("shows the log as text with BOX_LOG", async () => {
    await using simulator = await startSimulator(shop());
    const { shown } = await runAtTerminal([CLI], { ...simulator.env, BOX_LOG: "INFO" });
    expect(shown).toMatch(/^Info: Starting \(/m);
    expect(shown).not.toMatch(/^\{"/m);
  });
});

describe("the command line without a terminal", () => {
  test.for([
    { settings: {}, args: [], isJson: false },
    { settings: { BOX_LOG: "INFO" }, args: [], isJson: true },
    { settings: {}, args: ["--json"], isJson: true },
  ])("logs JSON: $isJson, with $settings and $args", async ({ settings, args, isJson }) => {
    await using simulator = await startSimulator(shop());
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...simulator.env, ...settings },
    });
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect(stdout).toContain(args.length > 0 ? '"images":' : "Dry run: nothing was deleted.");
    expect(stderr.includes('"message":"Starting"')).toBe(isJson);
  });

  test("finishes its deletions after the reader of its log has left", async () => {
    await using simulator = await startSimulator(shop());
    const child = spawn(process.execPath, [CLI, "--delete", "--yes"], {
      env: { ...simulator.env, BOX_LOG: "INFO" },
    });
    child.stdout.destroy();
    child.stderr.once("data", () => child.stderr.destroy());
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test("finishes its deletions where its output has no room, and fails", async () => {
    await using simulator = await startSimulator(shop());
    const command = [process.execPath, CLI, "--delete", "--yes"];
    const child = spawn("sh", ["-c", 'exec "$@" >/dev/full', "sh", ...command], {
      env: simulator.env,
    });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: The output could not be written: ENOSPC.*\n$/);
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test("says nothing on stderr where there is nothing to say", async () => {
    const child = spawn(process.execPath, [CLI, "--help"]);
    const [stderr] = await Promise.all([text(child.stderr), text(child.stdout)]);
    expect(stderr).toBe("");
  });
});
