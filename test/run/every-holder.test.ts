import { expect, test } from "vitest";

import { HELD, everyHolder, mergeParts } from "../in-use/every-holder.ts";
import { clean, run } from "../make-run.ts";
import { createAccount, enabled, old, remaining } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { ALLOWED_ACTIONS } from "./iam-policy.ts";

const account = () =>
  createAccount(
    mergeParts(everyHolder(), {
      repositories: { app: enabled([...HELD, "unused"].map((tag) => old(tag))) },
    }),
  );

test("a run keeps every image that anything in the account can start, and deletes the unused one", async () => {
  await using simulator = await startSimulator(account(), {
    isAllowed: (action) => ALLOWED_ACTIONS.has(action) || action.startsWith("kubernetes:"),
  });
  const { images, failures } = await clean(simulator, { ALLOW_EMPTY_IN_USE: "false" });
  expect(failures).toEqual([]);
  expect(remaining(simulator.account, "app")).toEqual([...HELD].toSorted());
  expect(images).toMatchObject({ total: HELD.length + 1, kept: { "in-use": HELD.length } });
  expect(simulator.calls.filter(({ error }) => error === "AccessDeniedException")).toEqual([]);
});

test("--explain names a user of each of these images", async () => {
  await using simulator = await startSimulator(account());
  const { stdout } = await run(simulator, ["--explain", "app"]);
  for (const tag of HELD) {
    const explained = new RegExp(`^app:${tag}\n(?:  .*\n)*  used by {4}(?!nothing)\\S`, "m");
    expect(stdout).toMatch(explained);
  }
});
