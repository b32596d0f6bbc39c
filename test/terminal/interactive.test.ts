import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import picocolors from "picocolors";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { ReportData } from "../../src/html-report/report-data.ts";
import type { RepositoryOutcome } from "../../src/report/outcome.ts";
import { formatLogLine } from "../../src/terminal/log-line.ts";
import { progress } from "../../src/terminal/progress.ts";
import type { Spinner } from "../../src/terminal/terminal.ts";
import { run } from "../make-run.ts";
import { REGISTRY, createAccount, enabled, image, old, remaining } from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { startSimulator } from "../simulator/simulator.ts";

const account = () =>
  createAccount({
    repositories: {
      api: enabled([old("v1"), image("v2"), old("v3")]),
      web: enabled([old("v1")]),
    },
    functions: { mailer: `${REGISTRY}/api:v3` },
  });

/** A spinner that remembers what it showed. */
class RecordingSpinner implements Spinner {
  readonly shown: string[] = [];
  readonly clear = vi.fn<() => void>();
  readonly stop = vi.fn<() => void>();
  set text(text: string) {
    this.shown.push(text);
  }
}

describe("--delete", () => {
  test("without a terminal to ask at needs --yes", async () => {
    await using simulator = await startSimulator(account());
    const refused = await run(simulator, ["--delete"]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
    expect(refused.stderr).toBe(
      "aws-ecr-cleaner: --delete asks before it deletes, and there is no terminal: add --yes.\n",
    );
    expect(simulator.calls).toEqual([]);

    const { exitCode, stdout } = await run(simulator, ["--delete", "--yes"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Deleted 2 images, up to 200 MB ($0.02 a month).");
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test("DRY_RUN=false without a terminal is consent, as in Lambda", async () => {
    await using simulator = await startSimulator(account());
    await run(simulator, [], { DRY_RUN: "false" });
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test.for([
    { args: ["--delete"], settings: {} },
    { args: [], settings: { DRY_RUN: "false" } },
    { args: ["--report", "/dev/null"], settings: { DRY_RUN: "false" } },
  ])("at a terminal, $args with $settings asks", async ({ args, settings }) => {
    await using simulator = await startSimulator(account());
    const ask = vi.fn<() => Promise<boolean>>(async () => false);
    await run(simulator, args, settings, { ask });
    expect(ask).toHaveBeenCalledTimes(1);
    expect(remaining(simulator.account, "api")).toEqual(["v1", "v2", "v3"]);
  });

  test("deletes only what was shown, and says how many more became unused meanwhile", async () => {
    await using simulator = await startSimulator(account());
    const ask = async () => {
      simulator.account.functions.clear();
      return true;
    };
    const { exitCode, stdout } = await run(simulator, ["--delete"], {}, { ask });
    expect(exitCode).toBe(0);
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
    expect(stdout).toContain("Deleted 2 images, up to 200 MB ($0.02 a month).");
    expect(stdout).toContain("1 image more became unused meanwhile: run again.");
  });

  test("spares what came into use after it was shown", async () => {
    await using simulator = await startSimulator(account());
    const ask = async () => {
      simulator.account.functions.set("new", {
        versions: new Map([["$LATEST", { imageUri: `${REGISTRY}/api:v1` }]]),
      });
      return true;
    };
    const { stdout } = await run(simulator, ["--delete"], {}, { ask });
    expect(remaining(simulator.account, "api")).toEqual(["v1", "v2", "v3"]);
    expect(stdout).toContain("Deleted 1 image, up to 100 MB");
  });

  test.for([
    { answer: true, left: ["v2", "v3"], text: "Deleted 2 images" },
    { answer: false, left: ["v1", "v2", "v3"], text: "Nothing was deleted." },
  ])("shows the plan, asks, and heeds the answer $answer", async ({ answer, left, text }) => {
    await using simulator = await startSimulator(account());
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      expect(remaining(simulator.account, "api")).toEqual(["v1", "v2", "v3"]);
      return answer;
    };
    const { exitCode, stdout } = await run(simulator, ["--delete"], {}, { ask });
    expect(exitCode).toBe(0);
    expect(questions).toEqual([
      "Delete 2 images (up to 200 MB) from 2 repositories in 123456789012, eu-west-1? [y/N] ",
    ]);
    expect(stdout).toContain("Dry run: nothing was deleted.");
    expect(stdout).not.toContain("To delete:");
    expect(stdout).toContain(text);
    expect(remaining(simulator.account, "api")).toEqual(left);
  });

  const neverAsk = async () => {
    throw new Error("asked");
  };

  test("with --yes asks nothing", async () => {
    await using simulator = await startSimulator(account());
    await run(simulator, ["--delete", "--yes"], {}, { ask: neverAsk });
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test("asks nothing when there is nothing to delete", async () => {
    const clean = createAccount({ repositories: { api: enabled([image("v1")]) } });
    await using simulator = await startSimulator(clean);
    const { stdout } = await run(simulator, ["--delete"], {}, { ask: neverAsk });
    expect(stdout).toContain("nothing to delete");
  });

  test("asks nothing after a failure, and deletes nothing", async () => {
    await using simulator = await startSimulator(account(), {
      isAllowed: (action) => action !== "ecr:DescribeImages",
    });
    const { exitCode } = await run(simulator, ["--delete"], {}, { ask: neverAsk });
    expect(exitCode).toBe(1);
    expect(simulator.callsOf("ecr:BatchDeleteImage")).toEqual([]);
  });

  test("with --json needs --yes where it could ask", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stderr, stdout } = await run(
      simulator,
      ["--delete", "--json"],
      {},
      {
        ask: neverAsk,
      },
    );
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "aws-ecr-cleaner: A deletion with --json asks no question: add --delete --yes, or set DRY_RUN=true.\n",
    );
  });
});

test("--repository cleans only the repositories named", async () => {
  const three = createAccount({
    repositories: { a: enabled([old("v1")]), b: enabled([old("v1")]), c: enabled([old("v1")]) },
  });
  await using simulator = await startSimulator(three);
  await run(simulator, ["--delete", "--yes", "--repository", "a", "--repository", "c"]);
  expect(["a", "b", "c"].map((name) => remaining(three, name))).toEqual([[], ["v1"], []]);
});

test.for([
  { args: ["--repository", "nosuch"], said: "None of the repositories asked for is tagged" },
  { args: ["--repository", "api", "--repository", "nosuch"], said: "Dry run: nothing was deleted" },
])("$args fails, as no such repository is enabled", async ({ args, said }) => {
  await using simulator = await startSimulator(account());
  const { exitCode, stderr, stdout } = await run(simulator, args);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(said);
  expect(stderr).toContain('aws-ecr-cleaner: No repository "nosuch" is enabled.\n');
});

test("--yes without --delete is refused", async () => {
  await using simulator = await startSimulator(account());
  const { exitCode, stderr } = await run(simulator, ["--yes"]);
  expect(exitCode).toBe(1);
  expect(stderr).toBe("aws-ecr-cleaner: --yes needs --delete.\n");
});

test("MAX_DELETIONS is told before and after", async () => {
  await using simulator = await startSimulator(account());
  const settings = { MAX_DELETIONS: "1", CONCURRENCY: "1" };
  expect((await run(simulator, [], settings)).stdout).toContain(
    "would delete 2 images, up to 200 MB ($0.02 a month), 1 image a run (MAX_DELETIONS).",
  );
  expect((await run(simulator, ["--delete", "--yes"], settings)).stdout).toContain(
    "The run ended early: MAX_DELETIONS is reached. 1 repository not processed.",
  );
});

describe("on a terminal", () => {
  test("a line tells how the run goes on, and goes when it is over", async () => {
    await using simulator = await startSimulator(account());
    const spinner = new RecordingSpinner();
    await run(simulator, ["--delete", "--yes"], {}, { startSpinner: () => spinner });
    expect(spinner.shown.slice(0, 2)).toEqual(["Listing repositories", "Reading what is in use"]);
    expect(spinner.shown.at(-1)).toBe("2 of 2 repositories, 4 images seen, 2 deleted");
    expect(spinner.stop).toHaveBeenCalledTimes(1);
  });

  test("there is no such line with --json", async () => {
    await using simulator = await startSimulator(account());
    const startSpinner = vi.fn<() => Spinner>();
    await run(simulator, ["--json"], {}, { startSpinner });
    expect(startSpinner).not.toHaveBeenCalled();
  });

  test("log lines are for people, from warnings up, and BOX_LOG shows more", async () => {
    const odd = createAccount({
      repositories: { api: enabled([old("v1")], { BoxCleanerKeepDays: "x" }), web: enabled([]) },
    });
    await using simulator = await startSimulator(odd);
    const spinner = new RecordingSpinner();
    const terminal = { startSpinner: () => spinner };
    const { stderr } = await run(simulator, [], {}, terminal);
    expect(stderr).toMatch(/^warn {2}Skipping a repository repository: api, reason: Tag .*\n$/);
    expect(spinner.clear).toHaveBeenCalledTimes(1);
    expect((await run(simulator, [], { BOX_LOG: "INFO" }, terminal)).stderr).toContain("Starting");
  });

  test("the line goes when a run fails to start, too", async () => {
    await using simulator = await startSimulator(account());
    const spinner = new RecordingSpinner();
    vi.stubEnv("AWS_ACCESS_KEY_ID", "");
    const env = { ...simulator.env, AWS_ACCESS_KEY_ID: "" };
    const terminal = { startSpinner: () => spinner };
    const { exitCode } = await run({ ...simulator, env }, [], {}, terminal);
    expect(exitCode).toBe(1);
    expect(spinner.stop).toHaveBeenCalledTimes(1);
  });

  test.for([
    { isOutTTY: true, settings: {}, colored: true },
    { isOutTTY: true, settings: { NO_COLOR: "1" }, colored: false },
    { isOutTTY: false, settings: {}, colored: false },
  ])("colours: $isOutTTY, $settings", async ({ isOutTTY, settings, colored }) => {
    await using simulator = await startSimulator(account());
    const { stdout } = await run(simulator, [], settings, { isOutTTY });
    expect(stdout.includes("\u001B[")).toBe(colored);
  });
});

test("progress counts what it is told", () => {
  const shown: string[] = [];
  const observer = progress((line) => shown.push(line));
  observer.onRepositories?.(2);
  observer.onScanned?.({
    id: "ecs",
    name: "ECS",
    status: "complete",
    references: 1,
    blindSpots: [],
  });
  observer.onScanned?.({
    id: "lambda",
    name: "Lambda",
    status: "complete",
    references: 1,
    blindSpots: [],
  });
  observer.onOutcome?.({} as RepositoryOutcome);
  observer.onDeleted?.(1234);
  expect(shown).toEqual([
    "Listing repositories",
    "Reading what is in use",
    "Reading what is in use, ECS done",
    "Reading what is in use, ECS and Lambda done",
    "1 of 2 repositories, 0 images seen",
    "1 of 2 repositories, 0 images seen, 1,234 deleted",
  ]);
});

test("a log line for people has the fields behind the message", () => {
  const entry = { level: "ERROR", message: "Broken", timestamp: "now", service: "x", tags: ["v1"] };
  expect(formatLogLine(entry, picocolors.createColors(false))).toBe('error Broken tags: ["v1"]');
});

describe("--report", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const dataOf = (file: string): ReportData => {
    const html = readFileSync(file, "utf8");
    const json = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html)?.[1];
    return JSON.parse(json ?? "");
  };

  test("writes one file with the verdict of every image", async () => {
    await using simulator = await startSimulator(account());
    const file = join(folder, "report.html");
    const { exitCode, stdout } = await run(simulator, ["--report", file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Dry run");
    const { summary, repositories, images, pricePerGBMonth } = dataOf(file);
    expect(summary.images.total).toBe(4);
    expect(pricePerGBMonth).toBe(0.1);
    const told = images.map(([repository, tags, , , bytes, verdict, because]) => [
      repositories[repository]?.repository,
      tags,
      bytes,
      verdict,
      because,
    ]);
    expect(told).toEqual([
      ["api", "v1", 100_000_000, "delete", ""],
      ["api", "v2", 100_000_000, "too-young", ""],
      ["api", "v3", 100_000_000, "in-use", "Lambda function mailer, version $LATEST"],
      ["web", "v1", 100_000_000, "delete", ""],
    ]);
  });

  test("lets no tag end the script that the data stands in", async () => {
    const evil = createAccount({
      repositories: { api: enabled([old("x", { tags: "</script><script>alert(1)" })]) },
    });
    await using simulator = await startSimulator(evil);
    const file = join(folder, "report.html");
    await run(simulator, ["--report", file]);
    expect(dataOf(file).images[0]?.[1]).toBe("</script><script>alert(1)");
  });

  test("is written for the deletion, not for the question before it", async () => {
    await using simulator = await startSimulator(account());
    const file = join(folder, "report.html");
    const ask = async () => {
      expect(readFileSync(file, "utf8")).toBe("");
      return true;
    };
    await run(simulator, ["--delete", "--report", file], {}, { ask });
    expect(dataOf(file).summary).toMatchObject({ dryRun: false, images: { deleted: 2 } });
  });

  test("does without the images of repositories that failed", async () => {
    await using simulator = await startSimulator(account(), {
      before: {
        "ecr:DescribeImages": (_, { repositoryName }) => {
          if (repositoryName === "api") throw new ServiceError("InvalidParameterException", "no");
        },
      },
    });
    const file = join(folder, "report.html");
    expect((await run(simulator, ["--report", file])).exitCode).toBe(1);
    expect(dataOf(file).images).toHaveLength(1);
  });

  test("that cannot be written is refused before anything is deleted", async () => {
    await using simulator = await startSimulator(account());
    const file = join(folder, "missing", "report.html");
    const { exitCode, stderr } = await run(simulator, ["--delete", "--yes", "--report", file]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: Cannot write the report: ENOENT.*\n$/);
    expect(simulator.calls).toEqual([]);
  });

  test("that is a folder is refused before anything is deleted", async () => {
    await using simulator = await startSimulator(account());
    const args = ["--delete", "--yes", "--report", folder];
    const { exitCode, stderr } = await run(simulator, args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^aws-ecr-cleaner: Cannot write the report: EISDIR.*\n$/);
    expect(simulator.calls).toEqual([]);
  });

  test("replaces an older report only when the run is over", async () => {
    await using simulator = await startSimulator(account());
    const file = join(folder, "report.html");
    writeFileSync(file, "older");
    const ask = async () => {
      expect(readFileSync(file, "utf8")).toBe("older");
      return false;
    };
    await run(simulator, ["--delete", "--report", file], {}, { ask });
    expect(dataOf(file).summary).toMatchObject({ dryRun: true, images: { unused: 2 } });
  });
});
