import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type Message,
  type MessageContext,
  createMessage,
} from "../../src/notification/message.ts";
import type { Failure, RepositoryOutcome } from "../../src/report/outcome.ts";
import { type RunRecord, type Summary, summarize } from "../../src/report/summary.ts";
import { parseConfig } from "../../src/settings/config.ts";

const CONTEXT: MessageContext = {
  account: "123456789012",
  region: "eu-west-1",
  pricePerGBMonth: 0.1,
};
const NONE = { images: 0, bytes: 0 };
const TWELVE = { images: 12, bytes: 3_400_000_000 };
const DENIED: Failure = {
  repository: null,
  image: null,
  code: "AccessDeniedException",
  message: "ecs:ListClusters failed for the account: allow ecs:ListClusters for this role",
};

const outcome = (parts: Partial<RepositoryOutcome>): RepositoryOutcome => ({
  repository: "shop/api",
  status: "cleaned",
  total: { images: 20, bytes: 9_000_000_000 },
  unused: NONE,
  heldBack: NONE,
  deleted: NONE,
  kept: { "in-use": 8 },
  unconfirmed: 0,
  refused: 0,
  failed: 0,
  failures: [],
  durationMs: 1,
  ...parts,
});

function summaryOf(
  DRY_RUN: "true" | "false",
  outcomes: readonly Partial<RepositoryOutcome>[],
  record: Partial<RunRecord> = {},
): Summary {
  return summarize({
    config: parseConfig({ DRY_RUN }).config,
    durationMs: 1,
    isOutOfTime: false,
    evidence: undefined,
    passedOver: [],
    registry: "123456789012/eu-west-1",
    isCounted: true,
    outcomes: outcomes.map(outcome),
    failures: [],
    storeFailures: [],
    ...record,
  });
}

/** The texts of a message, by protocol. */
function textsOf(message: Message | undefined): Record<string, string> {
  return JSON.parse(message?.body ?? "{}");
}

function linesOf(message: Message | undefined): string[] | undefined {
  return textsOf(message)["default"]?.split("\n");
}

function reportAt(page: string) {
  return { page, plan: null, summary: null };
}

describe("the message about a run", () => {
  test.for([
    {
      name: "a dry run with unused images",
      summary: {
        ...summaryOf("true", [{ unused: TWELVE }]),
        report: reportAt("s3://bucket/store/reports/2026-11-28.html"),
      },
      context: CONTEXT,
      lines: [
        "ECR cleaner in 123456789012, eu-west-1: 12 images would be deleted.",
        "Would free up to 3.4 GB of 9 GB, up to $0.34 a month.",
        "Repositories: 1 checked. Images: 8 kept.",
        "No failures.",
        "Report: s3://bucket/store/reports/2026-11-28.html",
      ],
    },
    {
      name: "a real run",
      summary: summaryOf("false", [{ unused: TWELVE, deleted: TWELVE }]),
      context: CONTEXT,
      lines: [
        "ECR cleaner in 123456789012, eu-west-1: 12 images deleted.",
        "Freed up to 3.4 GB of 9 GB, up to $0.34 a month.",
        "Repositories: 1 cleaned. Images: 8 kept.",
        "No failures.",
        "Report: none. The log names each image.",
      ],
    },
    {
      name: "a run that deletes a part, fails for a part, and protects another",
      summary: summaryOf("false", [
        {
          status: "failed",
          unused: TWELVE,
          deleted: { images: 1, bytes: 1_000_000 },
          refused: 2,
          failed: 9,
          failures: [{ ...DENIED, repository: "shop/api", image: "sha256:1", message: "no" }],
        },
        { repository: "shop/web", status: "skipped", heldBack: { images: 3, bytes: 1 } },
      ]),
      context: CONTEXT,
      lines: [
        "ECR cleaner failed in 123456789012, eu-west-1: 1 image deleted.",
        "Freed up to 1 MB of 18 GB, up to $0.00 a month.",
        "Repositories: 1 skipped, 1 failed. Images: 16 kept, 3 protected by a guard rail, 2 refused by ECR, 9 failed.",
        "Failure: Could not delete shop/api@sha256:1: AccessDeniedException: no",
        "Report: none. The log names each image.",
      ],
    },
    {
      name: "a run that fails before it knows a repository",
      summary: summaryOf("false", [], { failures: [DENIED, DENIED], isCounted: false }),
      context: { ...CONTEXT, account: undefined },
      lines: [
        "ECR cleaner failed in eu-west-1: nothing deleted.",
        "Freed nothing.",
        "Repositories: none. Images: none.",
        `First of 2 failures: ${DENIED.message}`,
        "Report: none. The log names each image.",
      ],
    },
    {
      name: "a dry run that fails",
      summary: summaryOf("true", [], { failures: [DENIED] }),
      context: CONTEXT,
      lines: expect.arrayContaining([
        "ECR cleaner failed in 123456789012, eu-west-1: dry run, found nothing to delete.",
      ]),
    },
    {
      name: "a run that ends early",
      summary: summaryOf("false", [{}, { status: "not-reached", total: NONE, kept: {} }], {
        isOutOfTime: true,
      }),
      context: CONTEXT,
      lines: [
        "ECR cleaner stopped early in 123456789012, eu-west-1: nothing deleted.",
        "Freed nothing.",
        "Repositories: 1 cleaned, 1 not processed. Images: 8 kept.",
        "No failures. The next run continues.",
        "Report: none. The log names each image.",
      ],
    },
    {
      name: "a run of which ECR refuses everything",
      summary: summaryOf("false", [{ unused: TWELVE, refused: 12 }]),
      context: CONTEXT,
      lines: expect.arrayContaining([
        "Repositories: 1 cleaned. Images: 8 kept, 12 refused by ECR.",
      ]),
    },
  ])("has five lines: $name", ({ summary, context, lines }) => {
    const message = createMessage(summary, context);
    expect(linesOf(message)).toEqual(lines);
    expect(linesOf(message)).toHaveLength(5);
  });

  test.for([
    { name: "a dry run that finds nothing", summary: summaryOf("true", [{}]) },
    { name: "a real run that deletes nothing", summary: summaryOf("false", [{}]) },
    { name: "a run without an enabled repository", summary: summaryOf("false", []) },
    {
      name: "a look at a repository that is not enabled",
      summary: summaryOf("true", [
        { unused: TWELVE, notEnabled: { arn: "arn:aws:ecr:eu-west-1:123456789012:repository/a" } },
      ]),
    },
    {
      name: "a run that only skips",
      summary: summaryOf("false", [{ status: "skipped", heldBack: TWELVE }]),
    },
  ])("is not there after $name", ({ summary }) => {
    expect(createMessage(summary, CONTEXT)).toBeUndefined();
  });

  test("is as the documents show it", () => {
    const cleaned = { total: { images: 20, bytes: 1_000_000_000 }, kept: { "in-use": 15 } };
    const message = createMessage(
      summaryOf("false", [
        { ...cleaned, total: { images: 32, bytes: 2_000_000_000 }, deleted: TWELVE },
        ...Array.from({ length: 7 }, () => cleaned),
        { status: "skipped", total: NONE, kept: {} },
      ]),
      CONTEXT,
    );
    const [, shown] =
      /^```text\n([^]*?)\n```$/m.exec(readFileSync("docs/operating.md", "utf8")) ?? [];
    expect(textsOf(message)["default"]).toBe(shown);
  });

  test("has a text for each protocol: lines for e-mail, one line for SMS, a custom notification for chat", () => {
    const message = createMessage(summaryOf("true", [{ unused: TWELVE }]), CONTEXT);
    const { default: lines, email, sms, https, ...others } = textsOf(message);
    expect(others).toEqual({});
    expect(email).toBe(lines);
    expect(sms).toBe("ECR cleaner in 123456789012, eu-west-1: 12 images would be deleted");
    expect(message?.subject).toBe(sms);
    expect(JSON.parse(https ?? "")).toEqual({
      version: "1.0",
      source: "custom",
      content: { textType: "client-markdown", title: sms, description: lines },
    });
  });

  test("mentions nobody in a chat channel", () => {
    const failures = [{ ...DENIED, message: "<!channel> & <https://example.com|here>" }];
    const message = createMessage(summaryOf("true", [], { failures }), CONTEXT);
    const { content } = JSON.parse(textsOf(message)["https"] ?? "");
    expect(content.description).toContain(
      "&lt;!channel&gt; &amp; &lt;https://example.com|here&gt;",
    );
  });

  test("is short and well-formed for any names and failures", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 3_000 }),
      fc.constantFrom("\r\n\u2028", '"'.repeat(5_000), "\u0000\\".repeat(5_000), "😀".repeat(700)),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
    );
    const failure = fc.record({
      repository: fc.option(text),
      image: fc.option(text),
      code: text,
      message: text,
    });
    const context = fc.record({
      account: fc.option(text, { nil: undefined }),
      region: text,
      pricePerGBMonth: fc.double({ min: 0, noNaN: true }),
    });
    const place = fc.option(text).map((page) => (page === null ? null : reportAt(page)));
    const failures = fc.array(failure, { maxLength: 200 });
    fc.assert(
      fc.property(
        fc.constantFrom("true", "false"),
        failures,
        context,
        place,
        (dryRun, all, about, report) => {
          const summary = summaryOf(dryRun, [{ unused: TWELVE, deleted: TWELVE, failures: all }]);
          const message = createMessage({ ...summary, report }, about);
          expect(message?.subject).toMatch(/^[A-Za-z][ -~]{1,98}$/);
          expect(message?.body.isWellFormed()).toBe(true);
          expect(Buffer.byteLength(message?.body ?? "")).toBeLessThan(100_000);
          expect(linesOf(message)).toHaveLength(5);
          expect(textsOf(message)["sms"]?.length).toBeLessThan(140);
        },
      ),
    );
  });
});
