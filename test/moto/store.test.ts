import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";

import { clean, dryRun } from "../emulators/bundle.ts";
import { createService } from "../emulators/holders/ecs.ts";
import {
  ACCOUNT,
  EMULATED_REGION,
  ENABLED,
  REGISTRY,
  createRepository,
  remaining,
} from "../emulators/registry.ts";
import { useEmulator } from "../emulators/server.ts";
import { MOTO } from "./moto.ts";

useEmulator(MOTO);

const Bucket = "ecr-cleaner-store";
const PLACE = `${ACCOUNT}/${EMULATED_REGION}.json.gz`;
const FACTS = `nightly/facts/${PLACE}`;
const HISTORY = `nightly/history/${PLACE}`;
const SETTINGS = { IN_USE_SOURCES: "ecs", STORE: `s3://${Bucket}/nightly` };

const s3 = () => new S3Client({ forcePathStyle: true });

/** A bucket that keeps every version of its objects, and a repository with one image in use and two unused ones. */
async function createShop(): Promise<void> {
  const LocationConstraint = EMULATED_REGION;
  await s3().send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }),
  );
  await s3().send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  await createRepository("shop/api", ENABLED, ["v1", "v2", "v3"]);
  await createService(`${REGISTRY}/shop/api:v2`, "api");
}

/** How often each object was written. */
async function countWrites(): Promise<Record<string, number>> {
  const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket }));
  const counts: Record<string, number> = {};
  for (const { Key = "" } of Versions) counts[Key] = (counts[Key] ?? 0) + 1;
  return counts;
}

async function readJson(Key: string) {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
  return JSON.parse(gunzipSync((await Body?.transformToByteArray()) ?? "").toString());
}

describe("a store in S3", () => {
  test("has the facts and the history of a run, and the next run uses both", async () => {
    await createShop();
    expect(await dryRun(SETTINGS)).toMatchObject({ failures: [], images: { unused: 2 } });
    expect(await countWrites()).toMatchObject({ [FACTS]: 1, [HISTORY]: 1 });
    expect(JSON.stringify((await readJson(FACTS)).content)).toContain("shop/api:v2");
    expect(await readJson(HISTORY)).toMatchObject({ account: ACCOUNT, region: EMULATED_REGION });

    expect(await clean(SETTINGS)).toMatchObject({ failures: [], images: { deleted: 2 } });
    expect(await remaining("shop/api")).toEqual(["v2"]);
    // A run that reads no facts would learn and write them again.
    expect(await countWrites()).toMatchObject({ [FACTS]: 1, [HISTORY]: 2 });
  });

  test("keeps all images until its history is long enough", async () => {
    await createShop();
    const settings = { ...SETTINGS, DEFAULT_KEEP_USED_DAYS: "14" };
    expect(await clean(settings)).toMatchObject({
      failures: [],
      images: { deleted: 0, kept: { "recently-used": 2 } },
    });
  });

  test("loses nothing of two runs at the same time", async () => {
    await createShop();
    await createRepository("shop/web", ENABLED, ["v1", "v2"]);
    await createService(`${REGISTRY}/shop/web:v1`, "web");
    const runs = await Promise.all(Array.from({ length: 2 }, async () => dryRun(SETTINGS)));
    for (const run of runs) expect(run).toMatchObject({ failures: [] });
    const history = JSON.stringify((await readJson(HISTORY)).content);
    for (const name of ["shop/api", "shop/web"]) expect(history).toContain(name);
    expect(await countWrites()).toMatchObject({ [HISTORY]: 2 });
  });
});

describe("NOTIFY_TOPIC_ARN", () => {
  /** What a topic sends to a subscriber, which SNS does as a POST. */
  interface Received {
    readonly Type: string;
    readonly Subject: string;
    readonly Message: string;
  }

  /** Starts a subscriber. It adds what it receives to a list. */
  async function startSubscriber(received: Received[]): Promise<Server & AsyncDisposable> {
    const server = createServer((request, response) => {
      const answer = async () => {
        const notification: Received = JSON.parse(await text(request));
        if (notification.Type === "Notification") received.push(notification);
        response.end();
      };
      answer().catch((error: unknown) => response.destroy(error as Error));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  }

  test("sends the message of each protocol to its subscribers", async () => {
    await createRepository("shop/api", ENABLED, ["v1", "v2"]);
    await createService(`${REGISTRY}/shop/api:v2`, "api");
    const received: Received[] = [];
    await using server = await startSubscriber(received);
    const sns = new SNSClient();
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "alerts" }));
    const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const Protocol of ["http", "https"]) {
      await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
    }

    const settings = { IN_USE_SOURCES: "ecs", NOTIFY_TOPIC_ARN: TopicArn };
    expect(await clean(settings)).toMatchObject({ failures: [], images: { deleted: 1 } });
    const title = `ECR cleaner in ${ACCOUNT}, ${EMULATED_REGION}: 1 image deleted`;
    expect(received.map(({ Subject }) => Subject)).toEqual([title, title]);
    const [lines, chat] = received.map(({ Message }) => Message);
    expect(lines?.split("\n")).toHaveLength(5);
    expect(JSON.parse(chat ?? "")).toMatchObject({
      source: "custom",
      content: { title, description: lines },
    });
  });

  test("fails the run if there is no such topic, after the deletion", async () => {
    await createRepository("shop/api", ENABLED, ["v1", "v2"]);
    await createService(`${REGISTRY}/shop/api:v2`, "api");
    const topic = `arn:aws:sns:${EMULATED_REGION}:${ACCOUNT}:none`;
    const running = clean({ IN_USE_SOURCES: "ecs", NOTIFY_TOPIC_ARN: topic });
    await expect(running).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`sns:Publish failed for topic ${topic}: NotFoundException`),
    });
    expect(await remaining("shop/api")).toEqual(["v2"]);
  });
});
