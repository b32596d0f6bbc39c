import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";

import { createAccount, enabled, old, remaining } from "./simulator/account.ts";
import { startSimulator } from "./simulator/simulator.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

const action = parse(readFileSync("action.yml", "utf8"));
const inputs: Readonly<Record<string, { readonly default: string }>> = action.inputs;
const steps: readonly Step[] = action.runs.steps;
const last = steps.at(-1);

/** Runs the last step of the action as GitHub does, in a folder of its own. */
async function runAction(
  env: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
) {
  const cwd = mkdtempSync(join(tmpdir(), "workspace-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const variables = Object.entries(last?.env ?? {}).map(([name, value]) => {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1] ?? "";
    return [name, given[input] ?? inputs[input]?.default ?? ""];
  });
  const surroundings = { PATH: process.env["PATH"], GITHUB_ACTION_PATH: process.cwd() };
  const options = { cwd, env: { ...surroundings, ...env, ...Object.fromEntries(variables) } };
  return new Promise<{ readonly code: unknown; readonly output: string; readonly cwd: string }>(
    (resolve) => {
      execFile("bash", ["-ec", last?.run ?? ""], options, (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, output: stdout + stderr, cwd });
      });
    },
  );
}

const NOTHING_IN_USE = "ALLOW_EMPTY_IN_USE=true";

async function startShop() {
  const repositories = { "shop/api": enabled([old("v1")]), "shop/web": enabled([old("v1")]) };
  const simulator = await startSimulator(createAccount({ repositories }));
  onTestFinished(() => simulator[Symbol.asyncDispose]());
  const left = () =>
    Object.keys(repositories).filter((name) => remaining(simulator.account, name).length > 0);
  return { env: simulator.env, left };
}

describe("the action for GitHub Actions", () => {
  test("pins every action to a commit, and names its version", () => {
    const uses = readFileSync("action.yml", "utf8").match(/uses: .*/g) ?? [];
    expect(uses).toHaveLength(2);
    for (const use of uses)
      expect(use).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("passes every input on, and no input as a part of a script", () => {
    const passed = JSON.stringify(steps.map(({ env, with: given }) => ({ env, given })));
    for (const name of Object.keys(inputs)) expect(passed).toContain(`\${{ inputs.${name} }}`);
    for (const { run = "" } of steps) expect(run).not.toContain("${{");
  });

  test("installs nothing after it has credentials", () => {
    const credentials = steps.findIndex(({ uses }) => uses?.includes("configure-aws-credentials"));
    const later = steps.slice(credentials).flatMap(({ run }) => run ?? []);
    expect(credentials).toBeGreaterThan(0);
    expect(later).toEqual(['node "$GITHUB_ACTION_PATH/scripts/run-action.ts"']);
  });

  test.for([
    {
      name: "reports and deletes nothing by default",
      given: {},
      expected: ["shop/api", "shop/web"],
    },
    {
      name: "deletes nothing with delete: false, whatever the job's environment says",
      given: { delete: "false" },
      expected: ["shop/api", "shop/web"],
    },
    { name: "deletes unused images with delete: true", given: { delete: "true" }, expected: [] },
    {
      name: "deletes only in the repositories given",
      given: { delete: "true", repositories: "shop/web\n" },
      expected: ["shop/api"],
    },
    {
      name: "hands the settings to the program",
      given: {
        delete: "true",
        settings: `\n  DEFAULT_KEEP_TAGS=release- v?\n${NOTHING_IN_USE}\n`,
      },
      expected: ["shop/api", "shop/web"],
    },
  ])("$name", async ({ given, expected }) => {
    const { env, left } = await startShop();
    const { code } = await runAction(
      { ...env, DRY_RUN: "false" },
      { settings: NOTHING_IN_USE, ...given },
    );
    expect(code).toBe(0);
    expect(left()).toEqual(expected);
  });

  test("calls AWS in the Region given", async () => {
    const { env, left } = await startShop();
    const { AWS_REGION: region = "", ...others } = env;
    const given = { "aws-region": region, delete: "true", settings: NOTHING_IN_USE };
    expect(await runAction(others, given)).toMatchObject({ code: 0 });
    expect(left()).toEqual([]);
  });

  test("writes the report into the workspace", async () => {
    const { env } = await startShop();
    const given = { settings: NOTHING_IN_USE, report: "report.html" };
    const { code, cwd } = await runAction(env, given);
    expect(code).toBe(0);
    expect(existsSync(join(cwd, "report.html"))).toBe(true);
  });

  test.for([
    { input: "delete", value: "True", says: 'The input delete is "True": write true or false.' },
    { input: "settings", value: "KEEP=30", says: 'has the line "KEEP=30": write NAME=value' },
    { input: "settings", value: "DEFAULT_KEEP_DAYS: 30", says: "write NAME=value" },
    { input: "settings", value: "DRY_RUN=false", says: "write NAME=value" },
    { input: "settings", value: "DEFAULT_KEEP_COUNT=many", says: "DEFAULT_KEEP_COUNT" },
  ])("refuses $input: $value", async ({ input, value, says }) => {
    const { env, left } = await startShop();
    const { code, output } = await runAction(env, { delete: "true", [input]: value });
    expect(code).toBe(1);
    expect(output).toContain(says);
    expect(left()).toEqual(["shop/api", "shop/web"]);
  });

  test("has the inputs that the documents describe, and an example that uses them", () => {
    const text = readFileSync("docs/operating.md", "utf8");
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (?:`(\w+)`)? *\|/gm)];
    expect(rows.map(([, name, fallback = ""]) => [name, fallback])).toEqual(
      Object.entries(inputs).map(([name, input]) => [name, input.default]),
    );
    const { jobs } = parse(/^```yaml\n([^]*?)^```$/m.exec(text)?.[1] ?? "");
    const [{ with: used }] = jobs.clean.steps;
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(used)));
  });

  test("fails if the run fails", async () => {
    const { env } = await startShop();
    // Nothing is in use, and no setting allows that.
    expect(await runAction(env, { delete: "true" })).toMatchObject({ code: 1 });
  });
});
