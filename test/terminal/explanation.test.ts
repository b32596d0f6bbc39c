import { describe, expect, test } from "vitest";

import { untagged } from "../accounts.ts";
import { run, runForPeople } from "../make-run.ts";
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
const users = Array.from({ length: 12 }, (_, i) => `user-${String(i).padStart(2, "0")}`);

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
        image("busy"),
      ]),
      "shop/year": enabled([old("v1")], { BoxCleanerKeepDays: "365" }),
      "shop/empty": enabled([]),
      "shop/typo": enabled([old("v1")], { BoxCleanerKeepDays: "soon" }),
      "shop/other": repository([old("v1")]),
    },
    functions: {
      mailer: { $LATEST: `${REGISTRY}/shop/api:stable`, "3": `${REGISTRY}/shop/api:v1` },
      thumbnails: `${REGISTRY}/shop/api:multi`,
      ...Object.fromEntries(users.map((name) => [name, `${REGISTRY}/shop/api:busy`])),
    },
  });

async function explain(reference: string, settings: Record<string, string> = {}) {
  await using simulator = await startSimulator(account());
  const { exitCode, stdout } = await runForPeople(simulator, ["--explain", reference], settings);
  expect(stdout).toContain("Account      123456789012, eu-west-1\n");
  const text = stdout
    .slice(stdout.indexOf("\n\n") + 2)
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<date>");
  return { exitCode, text, account: simulator.account };
}

describe("--explain", () => {
  test("gives everything that a verdict rests on", async () => {
    const { exitCode, text } = await explain("shop/api:v1");
    expect(exitCode).toBe(0);
    expect(text).toBe(`shop/api:v1, stable
  digest     ${digestOf("v1")}
  verdict    keep: in use
  age        100 days, pushed <date>
  limit      30 days (DEFAULT_KEEP_DAYS)
  size       100 MB
  last pull  ECR has recorded none
  used by    Lambda function mailer, version 3
             Lambda function mailer, version $LATEST

4 references on shop/api were compared.
`);
  });

  test("names every user of an image, young or not", async () => {
    const { text } = await explain("shop/api:busy");
    expect(text).toContain("keep: too young");
    expect(text.match(/user-\d\d/g)?.toSorted()).toEqual(users);
  });

  test("names the tag that sets the limit", async () => {
    const { text } = await explain("shop/year");
    expect(text).toContain("limit      365 days (tag BoxCleanerKeepDays)");
    expect(text).toContain("used by    nothing that was read");
    expect(text).toContain("0 references on shop/year were compared.");
  });

  test("explains what enabling a repository would do", async () => {
    const { exitCode, text } = await explain("shop/other:v1");
    expect(exitCode).toBe(0);
    expect(text).toContain(
      "shop/other is not enabled, so no image of it is deleted. If it were enabled:\n\nshop/other:v1\n",
    );
    expect(text).toContain("verdict    delete");
  });

  test("explains images that a guard rail protects", async () => {
    const { text } = await explain("shop/year", {
      DEFAULT_KEEP_DAYS: "0",
      MAX_DELETE_PERCENT: "0",
    });
    expect(text).toContain("keep: too young");
    const other = await explain("shop/other", { MAX_DELETE_PERCENT: "0" });
    expect(other.text).toContain("shop/other is skipped, so no image of it is deleted: 1 of its");
    expect(other.text).toContain("verdict    delete");
  });

  test("finds a child by its digest, and names the index that lists it", async () => {
    const { text } = await explain(`${REGISTRY}/shop/api@${child.digest}`);
    expect(text).toContain("keep: listed by a kept index");
    expect(text).toContain("because    multi lists it");
  });

  test("says that an image would be deleted, and deletes nothing even with DRY_RUN=false", async () => {
    const { text, account: left } = await explain("shop/api:v3", { DRY_RUN: "false" });
    expect(text).toContain("verdict    delete: it is older than the limit, and nothing keeps it");
    expect(remaining(left, "shop/api")).toContain("v3");
  });

  test("explains every image of a repository", async () => {
    const { text } = await explain("shop/api");
    expect(text.match(/^ {2}verdict/gm)).toHaveLength(7);
    expect(text).toContain("age        not known: ECR names no push date");
  });

  test.for([
    { reference: "shop/api:none", code: 1, answer: "There is no image none in shop/api." },
    { reference: "shop/other:none", code: 1, answer: "There is no image none in shop/other." },
    { reference: "shop/none:v1", code: 1, answer: "There is no repository shop/none in this" },
    { reference: "shop/empty", code: 1, answer: "shop/empty has no images." },
    {
      reference: "shop/typo",
      code: 0,
      answer:
        'shop/typo is skipped, so no image of it is deleted: Tag BoxCleanerKeepDays is "soon"',
    },
    {
      reference: "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
      code: 0,
      answer: "shop/api:v3",
    },
  ])("answers $reference with exit code $code: $answer", async ({ reference, code, answer }) => {
    const { exitCode, text } = await explain(reference);
    expect(exitCode).toBe(code);
    expect(text).toContain(answer);
  });

  test.for([
    {
      reference: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1",
      message:
        "The request names a repository of the account 123456789012 in us-east-1, and this run reads the registry of the " +
        "account 123456789012 in eu-west-1: set AWS_REGION or AWS_PROFILE, or give the repository's name alone.",
    },
    { reference: "", message: '--explain "" names no repository' },
    { reference: ":v1", message: '--explain ":v1" names no repository' },
  ])("refuses $reference", async ({ reference, message }) => {
    await using simulator = await startSimulator(account());
    const { exitCode, stderr } = await runForPeople(simulator, ["--explain", reference]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
  });

  test("fails with the reason if it cannot read the evidence", async () => {
    await using simulator = await startSimulator(account(), {
      isAllowed: (action) => action !== "lambda:GetFunction",
    });
    const { exitCode, stderr } = await runForPeople(simulator, ["--explain", "shop/api"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^lambda:GetFunction failed .* allow lambda:GetFunction/m);
  });

  test("cannot be used with --json", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stderr } = await run(simulator, ["--explain", "shop/api", "--json"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("cannot be used with");
  });
});
