import { describe, expect, test } from "vitest";

import { many } from "../accounts.ts";
import { clean, run } from "../make-run.ts";
import {
  REGISTRY,
  createAccount,
  digestOf,
  enabled,
  image,
  old,
  remaining,
  tagAbout,
} from "../simulator/account.ts";
import { ServiceError } from "../simulator/operation.ts";
import { startSimulator } from "../simulator/simulator.ts";

const serviceUsing = (...images: string[]) => ({
  clusters: { main: { web: { taskDefinition: "web:1" } } },
  taskDefinitions: { "web:1": images },
});

describe("a real run", () => {
  test("counts what ECR refuses apart from what fails, and fails only for the latter", async () => {
    const child = old("child", { tags: "" });
    const account = createAccount({
      ...serviceUsing(`${REGISTRY}/shop/api:multi`),
      repositories: {
        "shop/api": enabled([child, old("multi", { children: [child] }), old("moves")]),
      },
    });
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchDeleteImage": ({ repositories }) => {
          const images = repositories.get("shop/api")?.images;
          images?.get(digestOf("moves"))?.tags.clear();
          images?.set("sha256:new", { ...image("new", { tags: "moves" }), digest: "sha256:new" });
        },
      },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      IN_USE_EVIDENCE: "original",
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).images).toMatchObject({
      unused: 2,
      deleted: 0,
      refused: 2,
      failed: 0,
    });
    expect(account.repositories.get("shop/api")?.images.size).toBe(4);
  });

  test("goes on when one repository fails, and then fails with its name", async () => {
    const account = createAccount({
      repositories: Object.fromEntries(["a", "b", "c"].map((name) => [name, enabled([old("v1")])])),
    });
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:DescribeImages": (_, { repositoryName }) => {
          if (repositoryName === "b") throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const { exitCode, stdout, stderr } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    const message =
      "ecr:DescribeImages failed for repository b: InvalidParameterException: broken (HTTP 400";
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(remaining(account, "a")).toEqual([]);
    expect(remaining(account, "b")).toEqual(["v1"]);
    expect(remaining(account, "c")).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: true,
      repositories: { enabled: 3, cleaned: 2, failed: 1 },
      failures: [
        {
          repository: "b",
          image: null,
          code: "InvalidParameterException",
          message: expect.stringContaining(message),
        },
      ],
    });
  });

  test("stops a repository at a delete call that fails, and counts what went before", async () => {
    const images = Array.from({ length: 150 }, (_, i) => old(`v${i}`));
    const account = createAccount({ repositories: { "shop/api": enabled(images) } });
    let calls = 0;
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchDeleteImage": () => {
          calls += 1;
          if (calls === 2) throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const { images: counts, failures } = await clean(simulator);
    expect(counts).toMatchObject({ unused: 150, deleted: 100, failed: 50 });
    expect(failures).toHaveLength(1);
    expect(account.repositories.get("shop/api")?.images.size).toBe(50);
  });

  test("lists at most 100 failures", async () => {
    const images = Array.from({ length: 150 }, (_, i) => old(`v${i}`));
    const account = createAccount({ repositories: { "shop/api": enabled(images) } });
    await using simulator = await startSimulator(account, {
      answers: {
        "ecr:BatchDeleteImage": ({ imageIds }) => ({
          failures: imageIds.map((imageId: unknown) => ({ imageId, failureCode: "KmsError" })),
        }),
      },
    });
    const summary = await clean(simulator);
    expect(summary.images).toMatchObject({ unused: 150, deleted: 0, failed: 150 });
    expect(summary.failures).toHaveLength(100);
    expect(summary.failures[0]).toEqual({
      repository: "shop/api",
      image: digestOf("v0"),
      code: "KmsError",
      message: "ECR gave no reason",
    });
  });
});

describe("a failure", () => {
  test("is not hidden by the limit of deletions", async () => {
    const account = createAccount({ repositories: { app: enabled(many(150)) } });
    await using simulator = await startSimulator(account, {
      isAllowed: (action) => action !== "ecr:BatchDeleteImage",
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], {
      DRY_RUN: "false",
      MAX_DELETIONS: "100",
    });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      images: { failed: 100 },
      failures: [{ code: "AccessDeniedException" }],
    });
  });

  test("stays one, though what it was about is still there", async () => {
    const subject = old("v1");
    const account = createAccount({
      repositories: { app: enabled([subject, old("sig", { tags: tagAbout(subject, "sig") })]) },
    });
    await using simulator = await startSimulator(account, {
      answers: {
        "ecr:BatchDeleteImage": ({ imageIds }) => ({
          failures: imageIds.map((imageId: unknown) => ({ imageId, failureCode: "KmsError" })),
        }),
      },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).images).toMatchObject({ unused: 1, failed: 1, refused: 0 });
    expect(account.repositories.get("app")?.images.size).toBe(2);
  });

  test("of a whole call is counted once for an image that was refused before", async () => {
    const child = old("child", { tags: "" });
    const inner = old("inner", { children: [child] });
    const account = createAccount({
      repositories: { app: enabled([inner, old("outer", { children: [inner] }), child]) },
    });
    let calls = 0;
    await using simulator = await startSimulator(account, {
      before: {
        "ecr:BatchDeleteImage": () => {
          calls += 1;
          if (calls > 1) throw new ServiceError("InvalidParameterException", "broken");
        },
      },
    });
    const { exitCode, stdout } = await run(simulator, ["--json"], { DRY_RUN: "false" });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).images).toMatchObject({
      unused: 3,
      deleted: 1,
      refused: 0,
      failed: 1,
    });
  });
});
