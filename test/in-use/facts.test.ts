import { expect, test } from "vitest";

import { connectAws } from "../../src/aws/clients.ts";
import { InUseImages } from "../../src/in-use/evidence.ts";
import { createFacts } from "../../src/in-use/facts.ts";
import { Scan } from "../../src/in-use/scan.ts";
import { loadSources } from "../../src/in-use/sources/index.ts";
import { createLog } from "../../src/log.ts";
import { useSimulator } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { everyHolder } from "./every-holder.ts";

test("a fact is read once, however many ask, and as long as it is there", async () => {
  const facts = createFacts();
  let reads = 0;
  const read = async () => (reads += 1);
  expect(await Promise.all([facts("a", read), facts("a", read), facts("b", read)])).toEqual([
    1, 1, 2,
  ]);
  expect(await facts("a", read)).toBe(1);
});

test("what is not there, or cannot be read, is asked for again", async () => {
  const facts = createFacts();
  expect(await facts("gone", async () => undefined)).toBeUndefined();
  await expect(facts("broken", async () => Promise.reject(new Error("cut")))).rejects.toThrow(
    "cut",
  );
  expect(await facts("gone", async () => "here")).toBe("here");
  expect(await facts("broken", async () => "whole")).toBe("whole");
});

/** The calls that describe what never changes. Each describes something else too, which a further scan asks for again. */
const FACTS: Readonly<Record<string, string>> = {
  "ecs:DescribeTaskDefinition": "families by their names alone",
  "lambda:GetFunction": "$LATEST",
  "bedrock-agentcore:GetAgentRuntime": "nothing",
  "states:DescribeStateMachine": "state machines themselves",
};

test("a further scan finds the same, and describes nothing again that never changes", async () => {
  const versions = { $LATEST: "x", 1: "x", 2: "x" };
  const account = createAccount({ ...everyHolder(), functions: { mailer: versions } });
  await using simulator = await startSimulator(account);
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  const scan = new Scan(
    { places: [{ region: aws.region, connect: () => aws }], closed: [] },
    {
      sources: await loadSources(),
      depth: { depth: "full", keepTaskDefinitions: 1 },
      log: createLog("SILENT"),
      observer: {},
    },
  );
  const read = async () => {
    const before = simulator.calls.length;
    const images = new InUseImages();
    await scan.read(images);
    const actions = simulator.calls.slice(before).map(({ action }) => action);
    const count = (action: string) => actions.filter((each) => each === action).length;
    const described = Object.keys(FACTS).map((action) => [action, count(action)]);
    return { size: images.size, described: Object.fromEntries(described) };
  };
  const first = await read();
  const second = await read();
  expect(second.size).toBe(first.size);
  expect(first.described["lambda:GetFunction"]).toBe(3);
  expect(second.described).toEqual({
    "ecs:DescribeTaskDefinition": expect.any(Number),
    "lambda:GetFunction": 1,
    "bedrock-agentcore:GetAgentRuntime": 0,
    "states:DescribeStateMachine": expect.any(Number),
  });
  for (const action of ["ecs:DescribeTaskDefinition", "states:DescribeStateMachine"]) {
    expect(second.described[action]).toBeLessThan(first.described[action]);
  }
});
