import { describe, expect, test } from "vitest";

import { clean } from "../make-run.ts";
import { createAccount, enabled, old, remaining, repository } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";

describe("the index of tags", () => {
  test("spares asking each of many repositories", async () => {
    const names = Array.from({ length: 500 }, (_, i) => `r${i}`);
    const account = createAccount({
      repositories: {
        ...Object.fromEntries(names.map((name) => [name, repository([])])),
        ...Object.fromEntries(names.slice(0, 150).map((name) => [name, enabled([old("v1")])])),
      },
    });
    await using simulator = await startSimulator(account);
    const { repositories, images } = await clean(simulator);
    expect(repositories).toMatchObject({ enabled: 150, cleaned: 150 });
    expect(images.deleted).toBe(150);
    expect(simulator.callsOf("tag:GetResources")).toHaveLength(2);
    expect(simulator.callsOf("ecr:ListTagsForResource")).toHaveLength(150);
    expect(simulator.callsOf("ecr:DescribeRepositories")).toEqual([]);
  });

  test("never decides: what it still lists is asked whether it is enabled", async () => {
    const account = createAccount({
      repositories: {
        enabled: enabled([old("v1")]),
        disabled: repository([old("v1")]),
        young: enabled([old("v1")], { BoxCleanerKeepDays: "365" }),
      },
      tagIndex: {
        enabled: enabled([]),
        disabled: enabled([]),
        young: enabled([], { BoxCleanerKeepDays: "1" }),
        gone: enabled([]),
      },
    });
    await using simulator = await startSimulator(account);
    const { repositories } = await clean(simulator);
    expect(repositories.enabled).toBe(2);
    expect(remaining(account, "enabled")).toEqual([]);
    expect(remaining(account, "disabled")).toEqual(["v1"]);
    expect(remaining(account, "young")).toEqual(["v1"]);
  });

  test("is not believed when it knows none, as just after the first repository was enabled", async () => {
    const account = createAccount({ repositories: { new: enabled([old("v1")]) }, tagIndex: {} });
    await using simulator = await startSimulator(account);
    await clean(simulator);
    expect(remaining(account, "new")).toEqual([]);
  });
});
