import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { MOTO_REGION, useMoto } from "./server.ts";

const execute = promisify(execFile);

/** The default account of moto. */
const REGISTRY = `123456789012.dkr.ecr.${MOTO_REGION}.amazonaws.com`;
const ENABLED = { BoxCleanerEnabled: "true" };

useMoto();

/** Creates a repository with one image for each tag. */
async function createRepository(name: string, tags: Record<string, string>, images: string[]) {
  const ecr = new ECRClient();
  await ecr.send(
    new CreateRepositoryCommand({
      repositoryName: name,
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  for (const [i, imageTag] of images.entries()) {
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      config: { size: i, digest: `${name}-${i}` },
      layers: [{ size: 1000 + i, digest: `${name}-layer-${i}` }],
    });
    await ecr.send(new PutImageCommand({ repositoryName: name, imageManifest, imageTag }));
  }
}

async function createService(name: string, image: string) {
  const ecs = new ECSClient();
  await ecs.send(new CreateClusterCommand({ clusterName: "main" }));
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      containerDefinitions: [{ name: "app", image, memory: 128 }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: "main",
      serviceName: name,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 1,
    }),
  );
}

async function createFunction(name: string, image: string) {
  const { Role } = await new IAMClient().send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: "{}" }),
  );
  await new LambdaClient().send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role?.Arn,
      PackageType: "Image",
      Code: { ImageUri: image },
    }),
  );
}

async function remaining(repositoryName: string): Promise<string[]> {
  const { imageDetails = [] } = await new ECRClient().send(
    new DescribeImagesCommand({ repositoryName }),
  );
  return imageDetails
    .flatMap(({ imageTags, imageDigest }) => imageTags ?? imageDigest ?? [])
    .toSorted();
}

/** Moto sets the push date of every image to now, so every image is old only if DEFAULT_KEEP_DAYS is 0. */
async function runBundle(dryRun: string) {
  const env = {
    ...process.env,
    DEFAULT_KEEP_DAYS: "0",
    DRY_RUN: dryRun,
    // Neither moto nor this Region has App Runner.
    IN_USE_SOURCES: "ecs lambda app-runner",
    AWS_ENDPOINT_URL_APPRUNNER: "http://apprunner.us-west-1.invalid",
  };
  const { stdout } = await execute(process.execPath, ["dist/cli.mjs", "--json"], { env });
  return JSON.parse(stdout);
}

async function createShop() {
  await createRepository("shop/api", ENABLED, ["v1", "v2", "v3", "latest"]);
  await createRepository("shop/mailer", ENABLED, ["v1", "v2"]);
  await createRepository("shop/young", { ...ENABLED, BoxCleanerKeepDays: "30" }, ["v1"]);
  await createRepository("shop/other", {}, ["v1"]);
  await createService("api", `${REGISTRY}/shop/api:v2`);
  await createService("sidecar", `${REGISTRY}/shop/api`);
  await createFunction("mailer", `${REGISTRY}/shop/mailer:v1`);
}

test("a real run deletes exactly the old and unused images of enabled repositories", async () => {
  await createShop();
  const summary = await runBundle("false");
  expect(summary).toMatchObject({
    dryRun: false,
    complete: true,
    repositories: { enabled: 3, cleaned: 3, failed: 0 },
    images: { total: 7, kept: { "in-use": 3, "too-young": 1 }, unused: 3, deleted: 3 },
    failures: [],
  });
  expect(summary.inUse.sources).toContainEqual(
    expect.objectContaining({ name: "App Runner", status: "not-available" }),
  );
  expect(await remaining("shop/api")).toEqual(["latest", "v2"]);
  expect(await remaining("shop/mailer")).toEqual(["v1"]);
  expect(await remaining("shop/young")).toEqual(["v1"]);
  expect(await remaining("shop/other")).toEqual(["v1"]);
});

test("a dry run deletes nothing", async () => {
  await createShop();
  expect((await runBundle("true")).images).toMatchObject({ unused: 3, deleted: 0 });
  expect(await remaining("shop/api")).toEqual(["latest", "v1", "v2", "v3"]);
  expect(await remaining("shop/mailer")).toEqual(["v1", "v2"]);
});

test("a real run deletes more images than one page and one call hold", async () => {
  const tags = Array.from({ length: 250 }, (_, i) => `v${i}`);
  await createRepository("shop/api", ENABLED, tags);
  await createService("api", `${REGISTRY}/shop/api:v249`);
  expect((await runBundle("false")).images).toMatchObject({ total: 250, deleted: 249 });
  expect(await remaining("shop/api")).toEqual(["v249"]);
});

test("a second run finds nothing to delete", async () => {
  await createShop();
  await runBundle("false");
  expect((await runBundle("false")).images).toMatchObject({ unused: 0, deleted: 0 });
});
