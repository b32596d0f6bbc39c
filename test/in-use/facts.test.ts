import { expect, test } from "vitest";

import { connectAws } from "../../src/aws/clients.ts";
import { InUseImages } from "../../src/in-use/evidence.ts";
import { Facts } from "../../src/in-use/facts.ts";
import { Scan } from "../../src/in-use/scan.ts";
import { loadSources } from "../../src/in-use/sources/index.ts";
import { createLog } from "../../src/log.ts";
import { useSimulator } from "../make-run.ts";
import { REGISTRY, createAccount, digestOf } from "../simulator/account.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { everyHolder } from "./every-holder.ts";

test("a fact is read once, however many ask, and as long as it is there", async () => {
  const { ask } = new Facts();
  let reads = 0;
  const read = async () => [String((reads += 1))];
  expect(await Promise.all([ask("a", read), ask("a", read), ask("b", read)])).toEqual([
    ["1"],
    ["1"],
    ["2"],
  ]);
  expect(await ask("a", read)).toEqual(["1"]);
});

test("what is not there, or cannot be read, is asked for again", async () => {
  const { ask } = new Facts();
  expect(await ask("gone", async () => undefined)).toBeUndefined();
  await expect(ask("broken", async () => Promise.reject(new Error("cut")))).rejects.toThrow("cut");
  expect(await ask("gone", async () => ["here"])).toEqual(["here"]);
  expect(await ask("broken", async () => ["whole"])).toEqual(["whole"]);
});

test("a function's version whose digest Lambda does not name yet is described again: its tag can move", async () => {
  const functions = { mailer: { 1: `${REGISTRY}/app:v1` } };
  await using simulator = await startSimulator(createAccount({ functions }));
  const scan = await scanOf(simulator);
  for (const times of [1, 2]) {
    await scan.read(new InUseImages());
    expect(simulator.callsOf("lambda:GetFunction")).toHaveLength(times);
  }
});

/** The calls that describe what never changes. Each describes something else too, which a further scan asks for again. */
const FACTS: Readonly<Record<string, string>> = {
  "ecs:DescribeTaskDefinition": "families by their names alone",
  "lambda:GetFunction": "$LATEST",
  "bedrock-agentcore:GetAgentRuntime": "nothing",
  "states:DescribeStateMachine": "state machines themselves",
};

test("a further scan finds the same, and describes nothing again that never changes", async () => {
  const version = { image: "x", resolved: `x@${digestOf("x")}` };
  const versions = { $LATEST: version, 1: version, 2: version };
  const account = createAccount({ ...everyHolder(), functions: { mailer: versions } });
  await using simulator = await startSimulator(account);
  const scan = await scanOf(simulator);
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

/** Reads the simulated account again and again, as a run does. */
async function scanOf(simulator: Simulator): Promise<Scan> {
  useSimulator(simulator);
  const aws = await connectAws({ hasTime: () => true, now: Date.now });
  return new Scan(
    { places: [{ region: aws.region, connect: () => aws }], closed: [] },
    {
      sources: await loadSources(),
      depth: { depth: "full", keepTaskDefinitions: 1 },
      log: createLog("SILENT"),
      observer: {},
    },
  );
}
