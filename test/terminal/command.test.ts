import { describe, expect, test, vi } from "vitest";

import { InterruptedError, type Spinner } from "../../src/terminal/terminal.ts";
import { use } from "../accounts.ts";
import { run, runForPeople, runWith } from "../make-run.ts";
import { REGISTRY, createAccount, enabled, image, old, remaining } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { shop } from "./shop.ts";

const account = () => createAccount({ repositories: { "shop/api": enabled([old("v1")]) } });

/** A spinner that records the texts that it shows. */
class RecordingSpinner implements Spinner {
  readonly shown: string[] = [];
  readonly clear = vi.fn<() => void>();
  readonly stop = vi.fn<() => void>();
  set text(text: string) {
    this.shown.push(text);
  }
}

describe("the command line", () => {
  test("prints a table on stdout, and nothing on stderr", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout, stderr } = await runForPeople(simulator);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("shop/api");
    expect(stdout).toContain("Dry run: nothing was deleted.");
  });

  test.for([
    { args: ["--json"], settings: {} },
    { args: [], settings: { BOX_LOG: "INFO" } },
  ])("prints the log as JSON on stderr with $args and $settings", async ({ args, settings }) => {
    await using simulator = await startSimulator(account());
    const { entries } = await runForPeople(simulator, args, settings);
    expect(entries[0]).toMatchObject({
      level: "INFO",
      message: "Starting",
      region: "eu-west-1",
      dryRun: true,
      defaultPolicy: { keepDays: 30 },
      logLevel: "INFO",
    });
  });

  test("with --json prints one JSON document to stdout and nothing else", async () => {
    await using simulator = await startSimulator(account());
    const { exitCode, stdout } = await run(simulator, ["--json"]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, images: { total: 1, unused: 1 } });
  });

  test("applies the log level", async () => {
    await using simulator = await startSimulator(account());
    expect((await run(simulator, [], { BOX_LOG: "ERROR" })).stderr).toBe("");
  });

  test("warns of a wrong setting and continues", async () => {
    await using simulator = await startSimulator(account());
    const wrong = { DEFAULT_KEEP_DAYS: "a month", DRY_RUN: "False" };
    const { exitCode, stderr } = await runForPeople(simulator, [], wrong);
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'Warning: A setting is wrong: DRY_RUN is "False" and must be exactly false or true; using true\n' +
        'Warning: A setting is wrong: DEFAULT_KEEP_DAYS is "a month" and must be a whole number of days, 0 or more; using 30\n',
    );
  });

  test("names several wrong settings in a line each", async () => {
    const wrong = { MAX_DELETIONS: "x", DRYRUN: "false" };
    expect(await runWith(wrong)).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr:
        "aws-ecr-cleaner: 2 things are wrong:\n" +
        '  "DRYRUN" is not a setting: did you mean DRY_RUN?\n' +
        '  MAX_DELETIONS is "x" and must be a whole number of images, 0 or more, or empty\n',
    });
  });
});

describe("--delete", () => {
  test("needs --yes without a terminal", async () => {
    await using simulator = await startSimulator(shop());
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

  test("is not needed with DRY_RUN=false if there is no terminal, as in Lambda", async () => {
    await using simulator = await startSimulator(shop());
    await run(simulator, [], { DRY_RUN: "false" });
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test.for([
    { args: ["--delete"], settings: {} },
    { args: [], settings: { DRY_RUN: "false" } },
    { args: ["--report", "/dev/null"], settings: { DRY_RUN: "false" } },
  ])("asks a question on a terminal: $args with $settings", async ({ args, settings }) => {
    await using simulator = await startSimulator(shop());
    const ask = vi.fn<() => Promise<boolean>>(async () => false);
    await run(simulator, args, settings, { ask });
    expect(ask).toHaveBeenCalledTimes(1);
    expect(remaining(simulator.account, "api")).toEqual(["v1", "v2", "v3"]);
  });

  test("deletes only the images that it showed, and counts those that became unused meanwhile", async () => {
    await using simulator = await startSimulator(shop());
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

  test("keeps an image that came into use after it was shown", async () => {
    await using simulator = await startSimulator(shop());
    const ask = async () => {
      use(simulator.account, `${REGISTRY}/api:v1`);
      return true;
    };
    const { stdout } = await run(simulator, ["--delete"], {}, { ask });
    expect(remaining(simulator.account, "api")).toEqual(["v1", "v2", "v3"]);
    expect(stdout).toContain("Deleted 1 image, up to 100 MB");
  });

  test.for([
    { answer: true, left: ["v2", "v3"], text: "Deleted 2 images" },
    { answer: false, left: ["v1", "v2", "v3"], text: "Nothing was deleted." },
  ])("shows the plan, asks, and follows the answer $answer", async ({ answer, left, text }) => {
    await using simulator = await startSimulator(shop());
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

  test("ends with exit code 130 on Ctrl-C, and deletes nothing", async () => {
    await using simulator = await startSimulator(shop());
    const ask = async () => {
      throw new InterruptedError("Ctrl-C");
    };
    const { exitCode, stderr } = await runForPeople(simulator, ["--delete"], {}, { ask });
    expect(exitCode).toBe(130);
    expect(stderr).toBe("\nInterrupted: nothing was deleted.\n");
    expect(remaining(simulator.account, "api")).toEqual(["v1", "v2", "v3"]);
  });

  const neverAsk = async () => {
    throw new Error("asked");
  };

  test("asks no question with --yes", async () => {
    await using simulator = await startSimulator(shop());
    await run(simulator, ["--delete", "--yes"], {}, { ask: neverAsk });
    expect(remaining(simulator.account, "api")).toEqual(["v2", "v3"]);
  });

  test("asks no question if there is nothing to delete", async () => {
    const clean = createAccount({ repositories: { api: enabled([image("v1")]) } });
    await using simulator = await startSimulator(clean);
    const { stdout } = await run(simulator, ["--delete"], {}, { ask: neverAsk });
    expect(stdout).toContain("nothing to delete");
  });

  test("asks no question after a failure, and deletes nothing", async () => {
    await using simulator = await startSimulator(shop(), {
      isAllowed: (action) => action !== "ecr:DescribeImages",
    });
    const { exitCode } = await run(simulator, ["--delete"], {}, { ask: neverAsk });
    expect(exitCode).toBe(1);
    expect(simulator.callsOf("ecr:BatchDeleteImage")).toEqual([]);
  });

  test("needs --yes with --json, even on a terminal", async () => {
    await using simulator = await startSimulator(shop());
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
  { args: ["--repository", "nosuch"], said: "None of the repositories asked for exists" },
  { args: ["--repository", "api", "--repository", "nosuch"], said: "Dry run: nothing was deleted" },
])("$args fails because a repository does not exist", async ({ args, said }) => {
  await using simulator = await startSimulator(shop());
  const { exitCode, stderr, stdout } = await run(simulator, args);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(said);
  expect(stderr).toContain(
    'aws-ecr-cleaner: There is no repository "nosuch" in this registry: check its name',
  );
});

describe("on a terminal", () => {
  test("a line shows the progress of a run, and disappears at its end", async () => {
    await using simulator = await startSimulator(shop());
    const spinner = new RecordingSpinner();
    await run(simulator, ["--delete", "--yes"], {}, { startSpinner: () => spinner });
    expect(spinner.shown.slice(0, 2)).toEqual(["Listing repositories", "Reading what is in use"]);
    expect(spinner.shown.at(-1)).toBe("2 of 2 repositories, 4 images seen, 2 deleted");
    expect(spinner.stop).toHaveBeenCalledTimes(1);
  });

  test("--json shows no progress", async () => {
    await using simulator = await startSimulator(shop());
    const startSpinner = vi.fn<() => Spinner>();
    await run(simulator, ["--json"], {}, { startSpinner });
    expect(startSpinner).not.toHaveBeenCalled();
  });

  test("log lines are text for people: warnings by default, more with BOX_LOG", async () => {
    const odd = createAccount({
      repositories: { api: enabled([old("v1")], { BoxCleanerKeepDays: "x" }), web: enabled([]) },
    });
    await using simulator = await startSimulator(odd);
    const spinner = new RecordingSpinner();
    const terminal = { startSpinner: () => spinner };
    const { stderr } = await runForPeople(simulator, [], { DRY_RUN: "no" }, terminal);
    expect(stderr).toMatch(/^Warning: A setting is wrong: DRY_RUN is "no" .*\n$/);
    expect(spinner.clear).toHaveBeenCalled();
    const asked = await runForPeople(simulator, [], { BOX_LOG: "INFO" }, terminal);
    expect(asked.stderr).toMatch(/^Info: Starting \(region: eu-west-1, .*\)\n/);
    expect(asked.stderr).toContain("Warning: Skipping a repository (repository: api): Tag ");
  });

  test("the line disappears if a run cannot start", async () => {
    await using simulator = await startSimulator(shop());
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
  ])(
    "a report has colours: $colored with isOutTTY $isOutTTY and $settings",
    async ({ isOutTTY, settings, colored }) => {
      await using simulator = await startSimulator(shop());
      const { stdout } = await run(simulator, [], settings, { isOutTTY });
      expect(stdout.includes("\u001B[")).toBe(colored);
    },
  );
});
