import { describe, expect, test } from "vitest";

import { numbered, recordOf } from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import { enabled, old, remaining, repository } from "../simulator/account.ts";

describe("the index of tags", () => {
  test("saves a call for each repository that is not enabled", async () => {
    const { simulator, summary } = await runAccount({
      repositories: {
        ...recordOf(numbered("r", 500), () => repository([])),
        ...recordOf(numbered("r", 150), () => enabled([old("v1")])),
      },
    });
    expect(summary.repositories).toMatchObject({ enabled: 150, cleaned: 150 });
    expect(summary.images.deleted).toBe(150);
    expect(simulator.callsOf("tag:GetResources")).toHaveLength(2);
    expect(simulator.callsOf("ecr:ListTagsForResource")).toHaveLength(150);
    expect(simulator.callsOf("ecr:DescribeRepositories")).toEqual([]);
  });

  test("never decides: a run reads the tags of each repository that it lists", async () => {
    const { account, summary } = await runAccount({
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
    expect(summary.repositories.enabled).toBe(2);
    expect(remaining(account, "enabled")).toEqual([]);
    expect(remaining(account, "disabled")).toEqual(["v1"]);
    expect(remaining(account, "young")).toEqual(["v1"]);
  });

  test("is ignored if it lists no repository, as just after the first one is enabled", async () => {
    const { account } = await runAccount({
      repositories: { new: enabled([old("v1")]) },
      tagIndex: {},
    });
    expect(remaining(account, "new")).toEqual([]);
  });
});
