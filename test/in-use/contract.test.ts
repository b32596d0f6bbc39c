import { describe, expect, test } from "vitest";

import { InUseImages } from "../../src/in-use/evidence.ts";
import { Scan } from "../../src/in-use/scan.ts";
import { SOURCE_IDS, TASK_DEFINITIONS, loadSources } from "../../src/in-use/sources/index.ts";
import { createLog } from "../../src/log.ts";
import { useSimulator } from "../make-run.ts";
import { createAccount } from "../simulator/account.ts";
import type { Fault } from "../simulator/faults.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { FIXTURES, type Fixture, KEY } from "./fixtures.ts";
import { connectScope } from "./scope.ts";

/*
 * The contract of every source of evidence: its result is complete, or an error. A new source needs only a fixture: all tests
 * here apply to it.
 */
async function scanBy(id: string, { parts }: Fixture, options: SimulatorOptions = {}) {
  await using simulator = await startSimulator(createAccount(parts()), options);
  useSimulator(simulator);
  const scope = await connectScope(1);
  const images = new InUseImages();
  const sources = await loadSources([id]);
  // A message names the other sources when it says how to leave this one out.
  const other = { ...sources[0], id: "other", read: async () => "complete" as const };
  const log = createLog("SILENT");
  await new Scan(scope, [...sources, { ...other, title: "Other" } as never], log).read(images);
  const isUsed = (tag: string) =>
    images.placesOf(KEY, { digest: "", tags: [tag], sizeBytes: 0 }).length > 0;
  return { isUsed, calls: simulator.calls };
}

/** Whether IAM allows a call; that of an API server is allowed by its cluster. */
const isAws = (action: string) => !action.startsWith("kubernetes:");

/** A fault at each call of an action, or at the first calls only. */
const faultAt =
  (action: string, fault: Fault, times = Infinity) =>
  (called: string, _: unknown, nth: number): Fault | undefined =>
    called === action && nth < times ? fault : undefined;

test("every source has a fixture", () => {
  expect(Object.keys(FIXTURES).toSorted()).toEqual([...SOURCE_IDS].toSorted());
});

describe.for(Object.entries(FIXTURES))("%s", ([id, fixture]) => {
  const sources = loadSources([id]);

  test("makes exactly the calls that its statements allow", async () => {
    const [source] = await sources;
    const statements = [
      ...(source?.statements ?? []),
      ...(fixture.calls.includes("ecs:DescribeTaskDefinition") ? [TASK_DEFINITIONS] : []),
    ];
    const allowed = statements.flatMap(({ Action }) => Action);
    const { calls, isUsed } = await scanBy(id, fixture);
    const called = new Set(calls.map(({ action }) => action).filter(isAws));
    expect([...called, ...(fixture.notCalled ?? [])].toSorted()).toEqual(allowed.toSorted());
    expect(fixture.used.filter((tag) => !isUsed(tag))).toEqual([]);
  });

  test.for(fixture.calls)(
    "fails without the permission %s, and names the permission",
    async (action) => {
      const scanning = scanBy(id, fixture, { isAllowed: (called) => called !== action });
      await expect(scanning).rejects.toThrow(
        isAws(action)
          ? `allow ${action} for this role`
          : `the role of this program may not ${action.replace("kubernetes:", "")} in`,
      );
      await expect(scanning).rejects.toThrow('leave it out: IN_USE_SOURCES="other"');
    },
  );

  test.for(fixture.calls)("retries %s after an empty answer", async (action) => {
    const { isUsed } = await scanBy(id, fixture, {
      faults: faultAt(action, { kind: "empty" }, 1),
    });
    expect(fixture.used.filter((tag) => !isUsed(tag))).toEqual([]);
  });

  test.for(fixture.calls)("fails if every answer to %s is empty", async (action) => {
    const scanning = scanBy(id, fixture, { faults: faultAt(action, { kind: "empty" }) });
    await expect(scanning).rejects.toThrow(`${action} failed for`);
  });

  test.for(fixture.calls)("fails if %s fails", async (action) => {
    const broken: Fault = { kind: "error", code: "InternalError", message: "broken", status: 400 };
    const scanning = scanBy(id, fixture, { faults: faultAt(action, broken) });
    await expect(scanning).rejects.toThrow(`${action} failed for`);
  });

  test.for(fixture.paged)("fails if a page token of %s repeats", async (action) => {
    const scanning = scanBy(id, fixture, { faults: faultAt(action, { kind: "repeat-token" }) });
    await expect(scanning).rejects.toThrow("repeats, so the list never ends");
  });

  test.for(fixture.vanishing)(
    "still reports the others if one thing vanishes before $before",
    async (gone) => {
      const { isUsed } = await scanBy(id, fixture, {
        before: { [gone.before]: (account) => gone.vanish(account) },
      });
      const others = fixture.used.filter((tag) => !gone.tags.includes(tag));
      expect(others.filter((tag) => !isUsed(tag))).toEqual([]);
    },
  );
});
