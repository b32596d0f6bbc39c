import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import packageJson from "../package.json" with { type: "json" };
import { SETTINGS } from "../src/settings/settings.ts";
import { KEEP_REASONS } from "../src/plan/verdict.ts";
import { sayWhoMayPull } from "../src/registry/puller.ts";
import { unseenPullers } from "../src/registry/pullers.ts";
import { generateFiles } from "../scripts/generated-files.ts";
import { EVIDENCE_ROLE_FILE, readTemplate } from "./deploy/template.ts";
import { runWith } from "./make-run.ts";

const files = ["README.md", ...readdirSync("docs").map((name) => join("docs", name))];
const documents = files.map((name) => ({ name, text: readFileSync(name, "utf8") }));
const readme = readFileSync("README.md", "utf8");

/** Commands in the documents that a test or CI runs as they are. */
const TESTED = new Set(["npm ci && npm run demo", "npm ci && npm test"]);

/** The tests of the template, of the Terraform module and of messages read the examples that are no commands. */
const INFOS = new Set(["sh", "sh needs-aws", "mermaid", "hcl", "ts", "yaml", "json", "text"]);

/** The cells of each row of the first table whose head begins with a text. */
function table(text: string, head: string): string[][] {
  const start = text.indexOf(`| ${head}`);
  const rows = text.slice(start).split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

describe.for(documents)("$name", ({ name, text }) => {
  test("has only commands that are tested or marked as needing AWS", () => {
    const blocks = [...text.matchAll(/^```(\S.*)\n([^]*?)^```$/gm)];
    const infos = blocks.map(([, info]) => info);
    expect(infos.filter((info) => !INFOS.has(info ?? ""))).toEqual([]);
    const commands = blocks.flatMap(([, info, body = ""]) =>
      info === "sh" ? body.trim().split("\n") : [],
    );
    expect(commands.filter((command) => !TESTED.has(command))).toEqual([]);
  });

  test("names only npm scripts that exist", () => {
    for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g)) {
      expect(Object.keys(packageJson.scripts)).toContain(script);
    }
  });

  test("names only options that the command line has", async () => {
    const { stdout: help } = await runWith({}, ["--help"]);
    for (const [, command = ""] of text.matchAll(/node dist\/cli\.mjs([^`\n]*)/g)) {
      for (const option of command.match(/--[a-z]+/g) ?? []) expect(help).toContain(option);
    }
  });

  test("links only to files and headings that exist", () => {
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)]*)\)/g)) {
      const [file = "", anchor] = target.split("#");
      const path = file === "" ? name : join(dirname(name), file);
      expect(existsSync(path), `${name} links to ${target}`).toBe(true);
      if (anchor === undefined) continue;
      const headings = readFileSync(path, "utf8").match(/^#+ .*$/gm) ?? [];
      const anchors = headings.map((heading) =>
        heading
          .replace(/^#+ /, "")
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      expect(anchors).toContain(anchor);
    }
  });
});

test("the table of settings in the README has every setting", () => {
  const rows = table(readme, "Variable");
  expect(rows.map(([name, fallback, tag]) => [name, fallback, tag])).toEqual(
    SETTINGS.map(({ name, fallback, tag = "" }) => [name, fallback, tag]),
  );
});

test("every generated file is up to date: npm run generate", async () => {
  for (const [path, text] of await generateFiles()) {
    expect(readFileSync(path, "utf8"), `${path} is stale: npm run generate`).toBe(text);
  }
});

test("the documents explain every reason to keep an image", () => {
  const explained = table(readFileSync("docs/how-it-decides.md", "utf8"), "Verdict").map(
    ([verdict = ""]) => verdict.replace("keep: ", ""),
  );
  expect(explained).toEqual([...KEEP_REASONS, "delete"]);
  for (const reason of KEEP_REASONS) expect(readme).toContain(`\`${reason}\``);
});

describe("the document on other accounts", () => {
  const document = readFileSync("docs/organizations.md", "utf8");
  const unseen = (statement: object) =>
    unseenPullers(
      JSON.stringify({ Statement: [{ Effect: "Allow", Action: "ecr:*", ...statement }] }),
      "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
      { accounts: new Set(["222222222222"]) },
    );

  test("names only parameters that the templates have", () => {
    const role = Object.keys(readTemplate(EVIDENCE_ROLE_FILE).Parameters);
    const both = [...role, ...Object.keys(readTemplate().Parameters)];
    for (const [, name] of document.matchAll(/ParameterKey=(\w+)/g)) expect(role).toContain(name);
    for (const [, list = ""] of document.matchAll(/--parameter-overrides (.*)/g)) {
      for (const [, name] of list.matchAll(/(\w+)=/g)) expect(both).toContain(name);
    }
  });

  test("shows a statement that limits Lambda to an account", () => {
    const [, example = ""] = /^```yaml\n(- Sid: Lambda[^]*?)^```$/m.exec(document) ?? [];
    const [statement] = parse(example);
    expect(unseen(statement)).toEqual([]);
    const { Condition: _, ...unlimited } = statement;
    expect(unseen(unlimited)).toHaveLength(1);
  });

  test.for([
    { name: "an account", statement: { Principal: { AWS: "333333333333" } } },
    {
      name: "an organization",
      statement: {
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      },
    },
    { name: "a service", statement: { Principal: { Service: "lambda.amazonaws.com" } } },
    { name: "everybody", statement: { Principal: "*" } },
    { name: "a deleted role", statement: { Principal: { AWS: "AROAEXAMPLEID" } } },
  ])("explains the message about $name", ({ statement }) => {
    const message = sayWhoMayPull(unseen(statement), "it");
    // An id in the document is an example.
    const begins = table(document, "The report says").map(([says = ""]) =>
      says.replace("222222222222", "333333333333").replace(/…[^]*/, ""),
    );
    expect(begins.filter((begin) => begin !== "" && message.startsWith(begin))).toHaveLength(1);
  });
});

test("the documents name only metrics that a run publishes", () => {
  const published = readFileSync("src/report/metrics.ts", "utf8");
  const paragraph = /\*\*Metrics\*\*([^]*?)\n- /.exec(
    readFileSync("docs/operating.md", "utf8"),
  )?.[1];
  const names = [...(paragraph ?? "").matchAll(/`([A-Z]\w+)`/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(published).toContain(name);
});

test("the demo prints a table and reasons, deletes images with --delete, and writes a report", () => {
  const { stdout, status } = spawnSync(process.execPath, ["demo/demo.ts", "--delete"], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect(status).toBe(0);
  expect(stdout).toContain("A real run would delete 36 images, up to 9.58 GB ($0.96 a month).");
  expect(stdout).toContain("Kept, by reason:  14 too young, 11 in use, 2 listed by a kept index");
  expect(stdout).toContain("Deleted 36 images, up to 9.58 GB ($0.96 a month).");
  expect(readFileSync("dist/demo-report.html", "utf8")).toContain("shop/gateway");
});
