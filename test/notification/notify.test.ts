import { describe, expect, test } from "vitest";

import { RunFailedError } from "../../src/errors.ts";
import { type CommandResult, invoke, run } from "../make-run.ts";
import { type AccountParts, createAccount, enabled, old, remaining } from "../simulator/account.ts";
import { createOrganization } from "../simulator/organization.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts";
const NOTIFY = { NOTIFY_TOPIC_ARN: TOPIC };
const REAL = { ...NOTIFY, DRY_RUN: "false" };

const start = (parts: AccountParts = {}, options: SimulatorOptions = {}) =>
  startSimulator(
    createAccount({
      topics: ["alerts"],
      repositories: { app: enabled([old("v1"), old("v2")]) },
      ...parts,
    }),
    options,
  );

const messagesOf = ({ account }: Simulator, topic = TOPIC) =>
  account.topics.get(topic)?.messages ?? [];

const subjectsOf = (simulator: Simulator) => messagesOf(simulator).map(({ subject }) => subject);

describe("a run with NOTIFY_TOPIC_ARN", () => {
  test.for([
    { DRY_RUN: "true", what: "2 images would be deleted" },
    { DRY_RUN: "false", what: "2 images deleted" },
  ])("sends one message: DRY_RUN=$DRY_RUN", async ({ DRY_RUN, what }) => {
    await using simulator = await start();
    const { exitCode } = await run(simulator, [], { ...NOTIFY, DRY_RUN });
    expect(exitCode).toBe(0);
    expect(messagesOf(simulator)).toEqual([
      {
        subject: `ECR cleaner in 123456789012, eu-west-1: ${what}`,
        message: expect.stringContaining(`eu-west-1: ${what}.`),
        messageStructure: "json",
      },
    ]);
  });

  test("sends one message in Lambda", async () => {
    await using simulator = await start();
    await invoke(simulator, {}, NOTIFY);
    expect(messagesOf(simulator)).toHaveLength(1);
  });

  test("sends nothing if there is nothing to say", async () => {
    await using simulator = await start({ repositories: { app: enabled([]) } });
    await run(simulator, [], REAL);
    expect(simulator.callsOf("sns:Publish")).toEqual([]);
  });

  test("sends a message about a scan that failed, and names what failed", async () => {
    await using simulator = await start(
      {},
      { isAllowed: (action) => action !== "lambda:ListFunctions" },
    );
    expect((await run(simulator, [], REAL)).exitCode).toBe(1);
    expect(subjectsOf(simulator)).toEqual([
      "ECR cleaner failed in 123456789012, eu-west-1: nothing deleted",
    ]);
    expect(messagesOf(simulator)[0]?.message).toContain("allow lambda:ListFunctions");
  });

  test("sends a message to a topic of another Region", async () => {
    const topic = "arn:aws:sns:us-east-1:123456789012:alerts";
    const organization = createOrganization({
      home: { repositories: { app: enabled([old("v1")]) } },
      places: { "123456789012/us-east-1": { topics: ["alerts"] } },
    });
    await using simulator = await startSimulator(organization);
    const { exitCode } = await run(simulator, [], { NOTIFY_TOPIC_ARN: topic });
    expect(exitCode).toBe(0);
    const { topics } = organization.place("123456789012", "us-east-1");
    expect(topics.get(topic)?.messages).toHaveLength(1);
  });

  test("sends a message at the end of its time, when it makes no other call", async () => {
    let remainingMs = 100_000;
    await using simulator = await start(
      {},
      { before: { "ecr:BatchDeleteImage": () => (remainingMs = 1_000) } },
    );
    const context = { getRemainingTimeInMillis: () => remainingMs };
    await invoke(simulator, {}, REAL, context);
    expect(messagesOf(simulator)).toHaveLength(1);
  });

  test("keeps time for the message", async () => {
    await using simulator = await start();
    const context = { getRemainingTimeInMillis: () => 39_000 };
    await expect(invoke(simulator, {}, REAL, context)).rejects.toThrow(RunFailedError);
    expect(simulator.calls.map(({ action }) => action)).toEqual(["sns:Publish"]);
  });

  test.for([
    {
      answer: "yes",
      ask: async () => true,
      subjects: [expect.stringContaining("2 images deleted")],
    },
    { answer: "no", ask: async () => false, subjects: [] },
  ])("sends no message before the question: the answer is $answer", async ({ ask, subjects }) => {
    await using simulator = await start();
    await run(simulator, ["--delete"], NOTIFY, { ask });
    expect(subjectsOf(simulator)).toEqual(subjects);
  });

  test("sends no message for --explain", async () => {
    await using simulator = await start();
    await run(simulator, ["--explain", "app:v1"], NOTIFY);
    expect(messagesOf(simulator)).toEqual([]);
  });
});

describe("a message that cannot be sent", () => {
  const failing: readonly {
    readonly name: string;
    readonly options?: SimulatorOptions;
    readonly parts?: AccountParts;
    readonly code: string;
    readonly message: string;
  }[] = [
    {
      name: "the role may not publish",
      options: { isAllowed: (action) => action !== "sns:Publish" },
      code: "AuthorizationErrorException",
      message: 'allow sns:Publish for this role (see "Permissions" in the README)',
    },
    {
      name: "there is no such topic",
      parts: { topics: [] },
      code: "NotFoundException",
      message: "check NOTIFY_TOPIC_ARN",
    },
    {
      name: "the key of the topic denies it",
      options: {
        faults: (action) =>
          action === "sns:Publish"
            ? { kind: "error", code: "KMSAccessDenied", message: "no", status: 400 }
            : undefined,
      },
      code: "KMSAccessDeniedException",
      message: "allow kms:Decrypt and kms:GenerateDataKey for this role",
    },
  ];

  const failureOf = ({ stdout }: CommandResult): unknown => JSON.parse(stdout).failures;

  test.for(failing)(
    "makes the run fail and changes nothing of what it did: $name",
    async ({ options, parts, code, message }) => {
      await using simulator = await start(parts, options);
      const result = await run(simulator, ["--json"], REAL);
      expect(result.exitCode).toBe(1);
      expect(remaining(simulator.account, "app")).toEqual([]);
      expect(failureOf(result)).toEqual([
        { repository: null, image: null, code, message: expect.stringContaining(message) },
      ]);
      expect(result.stdout).toContain(`sns:Publish failed for topic ${TOPIC}: `);
      expect(JSON.parse(result.stdout)).toMatchObject({ complete: true, images: { deleted: 2 } });
      expect(result.entries).toContainEqual(
        expect.objectContaining({ message: "Could not send the message about the run" }),
      );
    },
  );

  test("makes the function fail", async () => {
    await using simulator = await start({ topics: [] });
    await expect(invoke(simulator, {}, REAL)).rejects.toThrow(/^sns:Publish failed for topic /);
    expect(remaining(simulator.account, "app")).toEqual([]);
  });

  test("is one more failure of a run that failed", async () => {
    await using simulator = await start({}, { isAllowed: () => false });
    const result = await run(simulator, ["--json"], REAL);
    expect(failureOf(result)).toMatchObject([{}, { code: "AuthorizationErrorException" }]);
  });

  test("ends by its time limit if SNS keeps failing", { timeout: 20_000 }, async () => {
    await using simulator = await start(
      {},
      {
        faults: (action) => (action === "sns:Publish" ? { kind: "unavailable" } : undefined),
      },
    );
    const startedAt = Date.now();
    const result = await run(simulator, ["--json"], REAL);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expect(result.exitCode).toBe(1);
    expect(failureOf(result)).toMatchObject([
      { message: expect.stringContaining("there was no answer in time") },
    ]);
  });
});
