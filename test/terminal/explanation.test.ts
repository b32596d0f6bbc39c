import { describe, expect, test } from "vitest";

import { untagged } from "../accounts.ts";
import { run } from "../make-run.ts";
import {
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  repository,
} from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

const child = untagged("child");
const account = () =>
  createAccount({
    repositories: {
      "shop/api": enabled([
        old("v1", { tags: "v1 stable" }),
        image("v2"),
        old("v3"),
        child,
        old("multi", { children: [child] }),
        image("undated", { ageDays: null }),
      ]),
      "shop/typo": enabled([old("v1")], { BoxCleanerKeepDays: "soon" }),
      "shop/other": repository([old("v1")]),
    },
    functions: {
      mailer: { $LATEST: `${REGISTRY}/shop/api:stable`, "3": `${REGISTRY}/shop/api:v1` },
      thumbnails: `${REGISTRY}/shop/api:multi`,
    },
  });

async function explain(reference: string, settings: Record<string, string> = {}) {
  await using simulator = await startSimulator(account());
  const { exitCode, stdout } = await run(simulator, ["--explain", reference], settings);
  const text = stdout.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<date>");
  return { exitCode, text, account: simulator.account };
}

describe("--explain", () => {
  test("names every user of an image", async () => {
    const { exitCode, text } = await explain("shop/api:v1");
    expect(exitCode).toBe(0);
    expect(text).toBe(`v1, stable
  digest   ${digestOf("v1")}
  pushed   <date>
  verdict  keep: in-use
  because  Lambda function mailer, version 3
  because  Lambda function mailer, version $LATEST
`);
  });

  test("finds a child by its digest, and names the index that lists it", async () => {
    const { text } = await explain(`${REGISTRY}/shop/api@${child.digest}`);
    expect(text).toContain("keep: child-of-kept");
    expect(text).toContain("because  multi lists it");
  });

  test("says that an image would be deleted, and deletes nothing even with DRY_RUN=false", async () => {
    const { text, account: left } = await explain("shop/api:v3", { DRY_RUN: "false" });
    expect(text).toContain("verdict  delete: it is old, and nothing keeps it");
    expect(remaining(left, "shop/api")).toContain("v3");
  });

  test("explains every image of a repository", async () => {
    const { text } = await explain("shop/api");
    expect(text.match(/^ {2}verdict/gm)).toHaveLength(6);
    expect(text).toContain("pushed   unknown");
  });

  test.for([
    { reference: "shop/api:none", code: 1, answer: "there is no such image" },
    {
      reference: "shop/other:v1",
      code: 0,
      answer: "no such repository is tagged BoxCleanerEnabled",
    },
    {
      reference: "shop/typo",
      code: 0,
      answer:
        'nothing of it is deleted, as its repository is skipped: Tag BoxCleanerKeepDays is "soon"',
    },
  ])("answers $reference: $answer", async ({ reference, code, answer }) => {
    const { exitCode, text } = await explain(reference);
    expect(exitCode).toBe(code);
    expect(text).toContain(`${reference}: ${answer}`);
  });

  test.for([
    {
      reference: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1",
      message:
        "--explain asks about 123456789012/us-east-1/shop/api, and this account and Region have 123456789012/eu-west-1/shop/api.",
    },
    { reference: "", message: '--explain "" names no repository.' },
    { reference: ":v1", message: '--explain ":v1" names no repository.' },
  ])("refuses $reference", async ({ reference, message }) => {
    await using simulator = await startSimulator(account());
    const { exitCode, stderr, stdout } = await run(simulator, ["--explain", reference], {
      BOX_LOG: "SILENT",
    });
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
  });

  test("fails with the reason if it cannot read the evidence", async () => {
    await using simulator = await startSimulator(account(), {
      isAllowed: (action) => action !== "lambda:GetFunction",
    });
    const { exitCode, stdout, stderr } = await run(simulator, ["--explain", "shop/api"]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^lambda:GetFunction failed .* allow lambda:GetFunction/m);
  });

  test("cannot be used with --json", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stderr } = await run(simulator, ["--explain", "shop/api", "--json"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("cannot be used with");
  });
});
