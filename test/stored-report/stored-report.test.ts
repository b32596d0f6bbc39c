import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Recorder } from "../../src/records/recorder.ts";
import { digestsIn, failingDeletions, many, numbered, recordOf, use } from "../accounts.ts";
import { dataIn } from "../html-report/page-data.ts";
import { TOO_OLD_MS, cleanAccount, invoke, run, runForPeople } from "../make-run.ts";
import {
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
} from "../simulator/account.ts";
import type { Fault } from "../simulator/faults.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { BUCKET, REPORTS, STORE, reportOf, reportsIn } from "./stored-files.ts";

const FOLDER = `${REPORTS}/\\d{4}-\\d{2}-\\d{2}T\\d{6}Z-[\\da-f]{8}`;
const PLACES = {
  page: expect.stringMatching(`^${FOLDER}/report\\.html$`),
  plan: expect.stringMatching(`^${FOLDER}/plan\\.jsonl\\.gz$`),
  summary: expect.stringMatching(`^${FOLDER}/summary\\.json$`),
};
const LATEST = `${REPORTS}/latest.html`;

const shop = () => ({
  buckets: [BUCKET],
  repositories: {
    web: enabled([old("v1")], { BoxCleanerKeepDays: "60", team: "a" }),
    api: enabled([old("v1"), image("v2"), old("v3")]),
  },
  functions: { mailer: `${REGISTRY}/api:v3` },
});

/** Damages the writing of files whose names end in a text. */
const damage =
  (end: string, fault: Fault, times = Infinity): NonNullable<SimulatorOptions["faults"]> =>
  (action, { Key }) => {
    if (action !== "s3:PutObject" || !String(Key).endsWith(end) || times === 0) return undefined;
    times -= 1;
    return fault;
  };

const BROKEN: Fault = { kind: "error", code: "NotImplemented", message: "broken", status: 501 };

/** The folder for temporary files. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "stored-report-"));
  vi.stubEnv("TMPDIR", temporary);
});
afterEach(() => {
  rmSync(temporary, { recursive: true, force: true });
});

describe("a run with a store", () => {
  test("writes its page, its plan and its summary, and the page as the latest one", async () => {
    const { account, summary } = await cleanAccount(shop(), {}, { STORE });
    expect(summary).toMatchObject({ failures: [], report: PLACES });
    const objects = reportsIn(account);
    expect(new Set(objects.keys())).toEqual(
      new Set([LATEST, ...Object.values(summary.report ?? {})]),
    );
    expect(objects.get(LATEST)?.bytes).toEqual(objects.get(summary.report?.page ?? "")?.bytes);
    const { page = "", plan = "", summary: json = "" } = summary.report ?? {};
    const types = [page, LATEST, plan, json].map((place) => objects.get(place ?? "")?.contentType);
    const html = "text/html; charset=utf-8";
    expect(types).toEqual([html, html, "application/gzip", "application/json"]);
    expect(reportOf(account, summary).summary).toEqual(summary);
  });

  test("says in plan and page what became of every image", async () => {
    const { account, summary } = await cleanAccount(shop(), {}, { STORE });
    const { page, plan } = reportOf(account, summary);
    const pushedAt = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    const common = { pushedAt, bytes: 100_000_000, because: [] };
    const byName = plan?.toSorted((a, b) =>
      `${a.repository}:${a.tags[0]}` < `${b.repository}:${b.tags[0]}` ? -1 : 1,
    );
    const deleted = { verdict: "delete", outcome: "deleted" };
    const [v1, v2, v3] = ["v1", "v2", "v3"].map((name) => ({
      ...common,
      tags: [name],
      digest: digestOf(name),
    }));
    expect(byName).toEqual([
      { repository: "api", ...v1, ...deleted },
      { repository: "api", ...v2, verdict: "too-young" },
      {
        repository: "api",
        ...v3,
        verdict: "in-use",
        because: ["Lambda function mailer, version $LATEST"],
      },
      { repository: "web", ...v1, ...deleted },
    ]);
    expect(page).toMatchObject({ account: "123456789012", region: "eu-west-1" });
    expect(page?.repositories.map(({ repository, settings }) => [repository, settings])).toEqual([
      ["api", {}],
      ["web", { BoxCleanerKeepDays: "60" }],
    ]);
    expect(page?.images).toEqual(
      byName?.map(({ repository, tags, digest, ...rest }) => [
        repository === "api" ? 0 : 1,
        tags.join(" "),
        digest,
        Date.parse(rest.pushedAt ?? ""),
        rest.bytes,
        rest.verdict,
        rest.because.join("\n"),
        ...(rest.outcome === undefined ? [] : [rest.outcome]),
      ]),
    );
    expect(page).not.toHaveProperty("cut");
  });

  test("records as deleted exactly the images that are gone, also if the run changes its mind", async () => {
    let isChanged = false;
    const { account, summary } = await cleanAccount(
      {
        buckets: [BUCKET],
        repositories: recordOf(numbered("app", 4), () => enabled([image("new"), ...many(600)])),
      },
      (clock) => ({
        before: {
          "ecr:BatchDeleteImage": (changed, { repositoryName }) => {
            if (isChanged || repositoryName !== "app2") return;
            isChanged = true;
            clock.now += TOO_OLD_MS;
            use(changed, `${REGISTRY}/app2:v599`);
            changed.repositories.get("app1")?.images.delete(digestOf("v599"));
          },
        },
        faults: (action, { repositoryName }, nth) =>
          action === "ecr:BatchDeleteImage" && (repositoryName === "app3" || nth === 20)
            ? { kind: "error", code: "InvalidParameterException", message: "no", status: 400 }
            : undefined,
      }),
      { STORE },
    );
    const { plan = [] } = reportOf(account, summary);
    expect(plan).toHaveLength(4 * 601);
    for (const name of numbered("app", 4)) {
      const records = plan.filter(({ repository }) => repository === name);
      const left = records.filter(({ outcome }) => outcome !== "deleted");
      expect(left.map(({ digest }) => digest).toSorted()).toEqual(
        digestsIn(account, name).toSorted(),
      );
    }
    expect(new Set(plan.map(({ outcome }) => outcome))).toEqual(
      new Set([undefined, "deleted", "failed", "not-deleted"]),
    );
    expect(
      plan.find(({ repository, tags }) => repository === "app2" && tags[0] === "v599"),
    ).toEqual(expect.objectContaining({ verdict: "in-use" }));
  });

  test("says why ECR refused images", async () => {
    const options = failingDeletions("ImageReferencedByManifestList");
    const { account, summary } = await cleanAccount(shop(), options, { STORE });
    const { plan } = reportOf(account, summary);
    const outcomes = plan?.map(({ outcome, because }) => [outcome, because[0]]);
    expect(outcomes).toContainEqual(["refused", expect.stringContaining("ReferencedByManifest")]);
  });

  test("leaves nothing in the folder for temporary files", async () => {
    await cleanAccount(shop(), {}, { STORE });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("has a report of its own in each run, and the latest page is that of the last one", async () => {
    const account = createAccount(shop());
    await using simulator = await startSimulator(account);
    const first = await invoke(simulator, { dryRun: true }, { STORE });
    const second = await invoke(simulator, {}, { STORE });
    expect(reportsIn(account).size).toBe(7);
    expect(reportOf(account, first).page?.summary.dryRun).toBe(true);
    expect(reportOf(account, second).page?.summary.dryRun).toBe(false);
    const latest = reportsIn(account).get(LATEST)?.bytes.toString() ?? "";
    expect(dataIn(latest).summary.report).toEqual(second.report);
  });

  test("writes a report without images if no repository is enabled", async () => {
    const { account, summary } = await cleanAccount({ buckets: [BUCKET] }, {}, { STORE });
    expect(summary).toMatchObject({ failures: [], report: PLACES });
    expect(reportOf(account, summary)).toMatchObject({ plan: [], page: { images: [] } });
  });

  test("writes the report of a run that could not read what is in use", async () => {
    const { account, summary } = await cleanAccount(
      shop(),
      { isAllowed: (action) => action !== "ecs:ListClusters" },
      { STORE },
    );
    expect(summary).toMatchObject({ complete: false, report: PLACES });
    const { page, plan, summary: stored } = reportOf(account, summary);
    expect(stored?.failures).toMatchObject([{ code: "AccessDeniedException" }]);
    expect([page?.summary.complete, plan]).toEqual([false, []]);
  });

  test("writes the report of a run that its time limit ended", async () => {
    const repositories = recordOf(numbered("app", 30), () => enabled([old("v1")]));
    const account = createAccount({ buckets: [BUCKET], repositories });
    let remainingMs = 900_000;
    await using simulator = await startSimulator(account, {
      before: { "ecr:BatchDeleteImage": () => (remainingMs = 60_000) },
    });
    const context = { getRemainingTimeInMillis: () => remainingMs };
    const summary = await invoke(simulator, {}, { STORE }, context);
    expect(summary).toMatchObject({ complete: false, report: PLACES, failures: [] });
    const { plan = [] } = reportOf(account, summary);
    expect(plan.filter(({ outcome }) => outcome === "deleted")).toHaveLength(
      summary.images.deleted,
    );
    expect(plan.at(-1)).toMatchObject({
      outcome: "not-deleted",
      because: ["The run stopped before it deleted this image"],
    });
  });

  test("names the folder of a registry whose account it does not know", async () => {
    const { summary } = await cleanAccount(
      { buckets: [BUCKET] },
      {},
      { STORE, IN_USE_EVIDENCE: "original" },
    );
    expect(summary.report?.page).toContain("/reports/unknown/eu-west-1/");
  });

  test("writes into a folder", async () => {
    const folder = join(temporary, "store");
    const { summary } = await cleanAccount(shop(), {}, { STORE: folder });
    const { page, plan, summary: json } = summary.report ?? {};
    expect(dataIn(readFileSync(page ?? "", "utf8")).images).toHaveLength(4);
    expect(readFileSync(plan ?? "").subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(JSON.parse(readFileSync(json ?? "", "utf8"))).toEqual(summary);
    expect(readdirSync(join(folder, "reports/123456789012/eu-west-1"))).toContain("latest.html");
  });

  test("has the place of the report in the last entry of its log", async () => {
    const entries: Record<string, unknown>[] = [];
    const { summary } = await cleanAccount(
      shop(),
      {},
      { STORE, BOX_LOG: "INFO" },
      { writeLog: (entry) => entries.push(entry) },
    );
    expect(entries.at(-1)).toMatchObject({ message: "Finished", report: summary.report });
  });
});

describe("a report that cannot be written", () => {
  const REFUSALS: readonly { name: string; options: SimulatorOptions; code: string }[] = [
    {
      name: "is denied",
      options: { isAllowed: (action) => !action.startsWith("s3:") },
      code: "AccessDenied",
    },
    { name: "is broken", options: { faults: damage("", BROKEN) }, code: "NotImplemented" },
  ];

  test.for(REFUSALS)(
    "because the store $name changes nothing that is deleted, and is a failure",
    async ({ options, code }) => {
      const { account, summary } = await cleanAccount(shop(), options, { STORE });
      expect(remaining(account, "api")).toEqual(["v2", "v3"]);
      expect(summary).toMatchObject({
        complete: true,
        images: { deleted: 2 },
        report: { page: null, plan: null, summary: null },
      });
      expect(summary.failures.at(-1)).toEqual({
        repository: null,
        image: null,
        code,
        message: expect.stringMatching(
          /^The report could not be written \(report\.html, latest\.html, plan\.jsonl\.gz, summary\.json\): s3:PutObject failed for s3:\/\/nights\/cleaner\/reports/,
        ),
      });
      expect(readdirSync(temporary)).toEqual([]);
    },
  );

  test("because the bucket is gone ends the handler with an error", async () => {
    await using simulator = await startSimulator(createAccount({ ...shop(), buckets: [] }));
    await expect(invoke(simulator, {}, { STORE })).rejects.toMatchObject({
      name: "RunFailedError",
    });
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test.for([
    { end: "plan.jsonl.gz", missing: "plan" },
    { end: "report.html", missing: "page" },
    { end: "latest.html", missing: undefined },
  ])("in $end alone costs no other file", async ({ end, missing }) => {
    const { account, summary } = await cleanAccount(
      shop(),
      { faults: damage(end, BROKEN) },
      { STORE },
    );
    const report = { ...PLACES, ...(missing && { [missing]: null }) };
    const message = expect.stringContaining(`The report could not be written (${end}): `);
    expect(summary).toMatchObject({ report, failures: [{ code: "NotImplemented", message }] });
    expect(reportsIn(account).size).toBe(3);
    expect(reportOf(account, summary).summary).toEqual(summary);
  });

  test.for<{ fault: Fault }>([
    { fault: { kind: "unavailable" } },
    { fault: { kind: "throttled" } },
    { fault: { kind: "reset" } },
    { fault: { kind: "html", status: 200 } },
  ])("because of $fault.kind is written when S3 recovers", async ({ fault }) => {
    const faults = damage("plan.jsonl.gz", fault, 2);
    const { account, simulator, summary } = await cleanAccount(shop(), { faults }, { STORE });
    expect(summary).toMatchObject({ failures: [], report: PLACES });
    expect(reportOf(account, summary).plan).toHaveLength(4);
    expect(simulator.callsOf("s3:PutObject").filter(({ fault: kind }) => kind)).toHaveLength(2);
  });

  test("because there is no room for temporary files leaves the summary, which says so", async () => {
    vi.stubEnv("TMPDIR", join(temporary, "missing"));
    const { account, summary } = await cleanAccount(shop(), {}, { STORE });
    expect(remaining(account, "api")).toEqual(["v2", "v3"]);
    expect(summary).toMatchObject({
      images: { deleted: 2 },
      report: { page: null, plan: null, summary: PLACES.summary },
      failures: [
        {
          code: "ENOENT",
          message: expect.stringMatching(
            /^The report could not be written \(report\.html, latest\.html, plan\.jsonl\.gz\): ENOENT/,
          ),
        },
      ],
    });
    expect(reportOf(account, summary).summary).toEqual(summary);
  });

  test("crowds out no failure of the run before it, and is not crowded out by 100 of them", async () => {
    const { summary } = await cleanAccount(
      { buckets: [BUCKET], repositories: { app: enabled(many(150)) } },
      { ...failingDeletions("KmsError"), faults: damage("report.html", BROKEN) },
      { STORE },
    );
    expect(summary.failures).toHaveLength(100);
    expect(summary.failures[0]).toMatchObject({ code: "KmsError" });
    expect(summary.failures.at(-1)).toMatchObject({ code: "NotImplemented" });
  });
});

describe("a report of more images than a page shows", () => {
  const parts = () => ({
    buckets: [BUCKET],
    repositories: {
      api: enabled([old("a1", { sizeMB: 10 }), old("a2", { sizeMB: 500 }), image("young")]),
      web: enabled([old("b1", { sizeMB: 20 }), image("big", { sizeMB: 900 }), image("n")]),
      worker: enabled(numbered("w", 6).map((name) => image(name, { sizeMB: 5 }))),
    },
  });

  /** Makes a run whose page shows so many images; returns what the page shows of them, and the plan. */
  const pageWith = async (mostShown: number) => {
    const recorder = new Recorder(mostShown);
    const { account, summary } = await cleanAccount(parts(), {}, { STORE }, { recorder });
    await recorder.remove();
    const { page, plan } = reportOf(account, summary);
    return { summary, plan, page, tags: page?.images.map(([, tags]) => tags).toSorted() };
  };

  test("has unused images before kept ones, and large ones before small ones", async () => {
    const { tags } = await pageWith(4);
    expect(tags).toEqual(["a1", "a2", "b1", "big"]);
  });

  test("has the largest unused images if there are more of them", async () => {
    const { tags } = await pageWith(2);
    expect(tags).toEqual(["a2", "b1"]);
  });

  test("has as many images as fit, also of those that have the same size", async () => {
    const { tags } = await pageWith(9);
    expect(tags).toEqual(["a1", "a2", "b1", "big", "n", "w0", "w1", "w2", "young"]);
  });

  test("says how many there are, and names the plan, which has all", async () => {
    const { page, plan, summary } = await pageWith(5);
    expect(page?.cut).toEqual({ all: 12, file: summary.report?.plan });
    expect(plan).toHaveLength(12);
  });

  test("has every image if just as many fit", async () => {
    const { page } = await pageWith(12);
    expect(page?.images).toHaveLength(12);
    expect(page).not.toHaveProperty("cut");
  });
});

describe("the command line with a store", () => {
  test("writes a report and prints its place", async () => {
    await using simulator = await startSimulator(createAccount(shop()));
    const { exitCode, stdout } = await runForPeople(simulator, [], { STORE });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Report: ${FOLDER}/report\\.html$`, "m"));
    expect(reportsIn(simulator.account).size).toBe(4);
  });

  test("ends with 1 and says once what it could not write", async () => {
    await using simulator = await startSimulator(createAccount(shop()), {
      faults: damage(".html", BROKEN),
    });
    const { exitCode, stdout, stderr } = await runForPeople(simulator, [], { STORE });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Failed: The report could not be written (report.html, latest.html)");
    expect(stderr).toBe("");
  });

  test("writes the same images into the file of --report", async () => {
    await using simulator = await startSimulator(createAccount(shop()));
    const file = join(temporary, "report.html");
    const { stdout } = await run(simulator, ["--json", "--report", file], { STORE });
    const { page } = reportOf(simulator.account, JSON.parse(stdout));
    expect(dataIn(readFileSync(file, "utf8")).images).toEqual(page?.images);
    expect(readdirSync(temporary)).toEqual(["report.html"]);
  });

  test("writes no report for --explain", async () => {
    await using simulator = await startSimulator(createAccount(shop()));
    const { exitCode } = await run(simulator, ["--explain", "api:v1"], { STORE });
    expect(exitCode).toBe(0);
    expect([...reportsIn(simulator.account).keys()]).toEqual([]);
  });

  test.for([
    { answer: true, reports: 4 },
    { answer: false, reports: 0 },
  ])("writes $reports files if the answer is $answer", async ({ answer, reports }) => {
    await using simulator = await startSimulator(createAccount(shop()));
    const ask = async () => {
      expect([...reportsIn(simulator.account).keys()]).toEqual([]);
      return answer;
    };
    await run(simulator, ["--delete"], { STORE }, { ask });
    expect(reportsIn(simulator.account).size).toBe(reports);
  });
});
