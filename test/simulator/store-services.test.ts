import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";

import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { PublishCommand, type PublishCommandInput, SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";

import { REGION, createAccount } from "./account.ts";
import { settings } from "./ask.ts";
import { OTHER, assumedSettings } from "./assume.ts";
import type { Fault } from "./faults.ts";
import { createOrganization } from "./organization.ts";
import { type SimulatedObject, storedObject } from "./services/s3/state.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";

const Bucket = "reports";
const Key = "runs/2026 ü+.json.gz";
const ZIPPED = gzipSync(JSON.stringify({ deleted: ["app:v1"] }));

/** A simulator whose bucket has an object for each given key. */
const startWith = (
  objects: Readonly<Record<string, SimulatedObject | string>> = {},
  options: SimulatorOptions = {},
  keysPerPage = 1000,
) => {
  const account = createAccount({ buckets: [Bucket], keysPerPage });
  const bucket = objectsOf(account);
  for (const [key, object] of Object.entries(objects)) {
    bucket.set(key, typeof object === "string" ? storedObject(object) : object);
  }
  return startSimulator(account, options);
};

const objectsOf = ({ buckets }: Simulator["account"]) => {
  const bucket = buckets.get(Bucket);
  if (bucket === undefined) throw new Error("the bucket is gone");
  return bucket.objects;
};

const textIn = ({ account }: Simulator, key = Key) => objectsOf(account).get(key)?.bytes.toString();

const put = (simulator: Simulator, input: Partial<PutObjectCommandInput> = {}) =>
  new S3Client(settings(simulator)).send(
    new PutObjectCommand({ Bucket, Key, Body: "new", ...input }),
  );

const get = (simulator: Simulator, input: Partial<GetObjectCommandInput> = {}) =>
  new S3Client(settings(simulator)).send(new GetObjectCommand({ Bucket, Key, ...input }));

const head = (simulator: Simulator, input: Partial<GetObjectCommandInput> = {}) =>
  new S3Client(settings(simulator)).send(new HeadObjectCommand({ Bucket, Key, ...input }));

const list = (simulator: Simulator, input: Partial<ListObjectsV2CommandInput> = {}) =>
  new S3Client(settings(simulator)).send(new ListObjectsV2Command({ Bucket, ...input }));

const failure = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=simulated/20260101/${REGION}/s3/aws4_request`,
};

/** Sends a PutObject as it is, with the headers that say so. */
const putRaw = ({ endpoint }: Simulator, body: string, headers: Record<string, string>) =>
  fetch(`${endpoint}/${Bucket}/raw`, { method: "PUT", body, headers: { ...SIGNED, ...headers } });

describe("S3 keeps an object", () => {
  const properties = {
    ContentType: "application/json",
    ContentEncoding: "gzip",
    CacheControl: "no-store",
    Metadata: { run: "7" },
    ServerSideEncryption: "AES256" as const,
  };

  test.for<{ name: string; body: () => Partial<PutObjectCommandInput> }>([
    { name: "whose body is sent at once", body: () => ({ Body: ZIPPED }) },
    {
      name: "whose body is a stream of chunks",
      body: () => ({
        Body: Readable.from([ZIPPED.subarray(0, 9), ZIPPED.subarray(9)]),
        ContentLength: ZIPPED.length,
      }),
    },
  ])("$name, byte for byte", async ({ body }) => {
    await using simulator = await startWith();
    const stored = await put(simulator, { ...body(), ...properties });
    expect(stored).toMatchObject({
      ETag: expect.stringMatching(/^"[\da-f]{32}"$/),
      ServerSideEncryption: "AES256",
      $metadata: { requestId: expect.any(String) },
    });
    const { Body, ...answer } = await get(simulator);
    expect(answer).toMatchObject({
      ...properties,
      ETag: stored.ETag,
      ContentLength: ZIPPED.length,
      LastModified: expect.any(Date),
    });
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(ZIPPED);
    expect(objectsOf(simulator.account).get(Key)).toMatchObject({
      bytes: ZIPPED,
      etag: stored.ETag,
      contentType: "application/json",
    });
    expect(simulator.callsOf("s3:PutObject")).toMatchObject([{ input: { Bucket, Key } }]);
  });

  test("of some megabytes, for which the client waits until it may send it", async () => {
    await using simulator = await startWith();
    const body = Buffer.alloc(3_000_000, "megabytes");
    await put(simulator, { Body: body });
    expect(objectsOf(simulator.account).get(Key)?.bytes.equals(body)).toBe(true);
  });

  test("that a test has put there, of which HeadObject answers everything but the content", async () => {
    await using simulator = await startWith({
      [Key]: { ...storedObject("four"), lastModified: Date.parse("2026-01-02T03:04:05.678Z") },
    });
    const answer = await head(simulator);
    expect(answer).toMatchObject({
      ETag: '"8cbad96aced40b3838dd9f07f6ef5772"',
      ContentLength: 4,
      ContentType: "binary/octet-stream",
      LastModified: new Date("2026-01-02T03:04:05Z"),
    });
    expect(answer).not.toHaveProperty("Body");
  });

  test("that a key of KMS encrypts: its entity tag is not the MD5 of its content", async () => {
    await using simulator = await startWith();
    const plain = await put(simulator, { Body: "same" });
    const encrypted = await put(simulator, {
      Body: "same",
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "alias/reports",
    });
    expect(encrypted).toMatchObject({
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: "alias/reports",
    });
    expect(encrypted.ETag).not.toBe(plain.ETag);
  });
});

describe("a body that did not arrive as it was sent is refused", () => {
  const chunked = (length: number) => ({
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": String(length),
  });

  test.for([
    { name: "with another checksum", body: "x", headers: { "x-amz-checksum-crc32": "AAAAAA==" } },
    {
      name: "with another checksum in its trailer",
      body: "1\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      headers: chunked(1),
    },
  ])("$name", async ({ body, headers }) => {
    await using simulator = await startWith();
    const response = await putRaw(simulator, body, headers);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("<Code>BadDigest</Code>");
    expect(textIn(simulator, "raw")).toBeUndefined();
  });

  test.for(["5\r\nhel", "5\r\nhello\r\n", "4\r\nhell\r\n0\r\n\r\n", "hello", ""])(
    "as an incomplete one: %j",
    async (body) => {
      await using simulator = await startWith();
      const response = await putRaw(simulator, body, chunked(5));
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("<Code>IncompleteBody</Code>");
      expect(textIn(simulator, "raw")).toBeUndefined();
    },
  );

  test("but one that is complete is stored", async () => {
    await using simulator = await startWith();
    const body = "5;chunk-signature=00\r\nhello\r\n0\r\n\r\n";
    expect((await putRaw(simulator, body, chunked(5))).status).toBe(200);
    expect(textIn(simulator, "raw")).toBe("hello");
  });
});

test("a caller that hangs up within its request changes nothing", async () => {
  await using simulator = await startWith();
  const headers = { ...SIGNED, "content-length": 100 };
  const upload = request(`${simulator.endpoint}/${Bucket}/raw`, { method: "PUT", headers });
  upload.on("error", () => {});
  upload.write("a beginning");
  await delay(50);
  upload.destroy();
  await put(simulator);
  expect(simulator.calls).toHaveLength(1);
  expect([...objectsOf(simulator.account).keys()]).toEqual([Key]);
});

describe("a conditional write", () => {
  const current = storedObject("current");
  const other = storedObject("other");

  test.for<{ name: string; exists: boolean; input: Partial<PutObjectCommandInput> }>([
    { name: "creates a missing object", exists: false, input: { IfNoneMatch: "*" } },
    { name: "replaces the object it expects", exists: true, input: { IfMatch: current.etag } },
  ])("$name", async ({ exists, input }) => {
    await using simulator = await startWith(exists ? { [Key]: current } : {});
    await put(simulator, input);
    expect(textIn(simulator)).toBe("new");
  });

  test.for<{
    name: string;
    text?: string;
    input: Partial<PutObjectCommandInput>;
    expected: ReturnType<typeof failure>;
  }>([
    {
      name: "create an object that exists",
      text: "current",
      input: { IfNoneMatch: "*" },
      expected: failure("PreconditionFailed", 412),
    },
    {
      name: "replace another object",
      text: "current",
      input: { IfMatch: other.etag },
      expected: failure("PreconditionFailed", 412),
    },
    {
      name: "replace a missing object",
      input: { IfMatch: current.etag },
      expected: failure("NoSuchKey", 404),
    },
    {
      name: "name an entity tag that must not match",
      text: "current",
      input: { IfNoneMatch: other.etag },
      expected: failure("NotImplemented", 501),
    },
    {
      name: "have both conditions",
      text: "current",
      input: { IfNoneMatch: "*", IfMatch: current.etag },
      expected: failure("NotImplemented", 501),
    },
  ])("cannot $name", async ({ text, input, expected }) => {
    await using simulator = await startWith(text === undefined ? {} : { [Key]: text });
    const write = put(simulator, input);
    await expect(write).rejects.toMatchObject(expected);
    expect(textIn(simulator)).toBe(text);
  });

  test("fails if somebody else writes just before", async () => {
    await using simulator = await startWith(
      { [Key]: current },
      { before: { "s3:PutObject": (account) => objectsOf(account).set(Key, other) } },
    );
    const { ETag } = await head(simulator);
    const write = put(simulator, { ...(ETag !== undefined && { IfMatch: ETag }) });
    await expect(write).rejects.toMatchObject(failure("PreconditionFailed", 412));
    expect(textIn(simulator)).toBe("other");
  });

  test("on an entity tag needs the permission to read the object", async () => {
    const isAllowed = (action: string) => action !== "s3:GetObject";
    await using simulator = await startWith({ [Key]: current }, { isAllowed });
    const write = put(simulator, { IfMatch: current.etag });
    await expect(write).rejects.toMatchObject(failure("AccessDenied", 403));
    await put(simulator, { Key: "another", IfNoneMatch: "*" });
  });
});

test("a conditional read answers the object, its absence of changes, or that it changed", async () => {
  const { etag } = storedObject("current");
  await using simulator = await startWith({ [Key]: "current" });
  expect(await (await get(simulator, { IfMatch: etag })).Body?.transformToString()).toBe("current");
  await expect(get(simulator, { IfMatch: '"another"' })).rejects.toMatchObject(
    failure("PreconditionFailed", 412),
  );
  await expect(get(simulator, { IfNoneMatch: etag })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 304 },
  });
});

describe("what is missing", () => {
  const withoutList = { isAllowed: (action: string) => action !== "s3:ListObjectsV2" };

  test("is named by its error", async () => {
    await using simulator = await startWith();
    await expect(get(simulator)).rejects.toMatchObject(failure("NoSuchKey", 404));
    await expect(head(simulator)).rejects.toMatchObject(failure("NotFound", 404));
    for (const call of [get, head, put, list]) {
      const name = call === head ? "NotFound" : "NoSuchBucket";
      await expect(call(simulator, { Bucket: "gone" })).rejects.toMatchObject(failure(name, 404));
    }
  });

  test("is kept from a caller that may not list the bucket", async () => {
    await using simulator = await startWith({}, withoutList);
    await expect(get(simulator)).rejects.toMatchObject(failure("AccessDenied", 403));
    await expect(head(simulator)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test("is the bucket of another owner than the caller expects", async () => {
    await using simulator = await startWith({ [Key]: "mine" });
    await get(simulator, { ExpectedBucketOwner: "123456789012" });
    await expect(get(simulator, { ExpectedBucketOwner: OTHER })).rejects.toMatchObject(
      failure("AccessDenied", 403),
    );
  });
});

test("a denied call of S3 is refused in XML, or without a body", async () => {
  await using simulator = await startWith({ [Key]: "x" }, { isAllowed: () => false });
  await expect(put(simulator, { Key: "a/b" })).rejects.toMatchObject({
    ...failure("AccessDenied", 403),
    message: expect.stringContaining(
      "is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::reports/a/b ",
    ),
  });
  await expect(list(simulator)).rejects.toMatchObject(failure("AccessDenied", 403));
  await expect(head(simulator)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect(simulator.calls.map(({ error }) => error)).toEqual(Array(3).fill("AccessDenied"));
});

test("S3 refuses the credentials of a role whose time is up", async () => {
  await using simulator = await startSimulator(createOrganization({ accounts: { [OTHER]: {} } }), {
    assumedForMs: 0,
  });
  const client = new S3Client(await assumedSettings(simulator));
  await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(
    failure("ExpiredToken", 400),
  );
});

describe("ListObjectsV2", () => {
  const keysOf = ({ Contents }: Pick<ListObjectsV2CommandOutput, "Contents">) =>
    Contents?.map(({ Key }) => Key);
  const pagesOf = async (simulator: Simulator, pageSize?: number) => {
    const client = new S3Client(settings(simulator));
    const config = pageSize === undefined ? { client } : { client, pageSize };
    const pages = [];
    for await (const page of paginateListObjectsV2(config, { Bucket, Prefix: "runs/" })) {
      pages.push(keysOf(page));
    }
    return pages;
  };
  const RUNS = { "runs/b": "22", "runs/ä": "1", "runs/B": "1", "runs/a": "1", "other/a": "1" };
  const PAGES = [
    ["runs/B", "runs/a"],
    ["runs/b", "runs/ä"],
  ];

  test("lists the objects of a prefix in the order of their bytes", async () => {
    await using simulator = await startWith(RUNS);
    const { Contents, ...answer } = await list(simulator, { Prefix: "runs/" });
    expect(keysOf({ Contents })).toEqual(PAGES.flat());
    expect(Contents?.[2]).toMatchObject({
      Size: 2,
      ETag: storedObject("22").etag,
      LastModified: expect.any(Date),
    });
    expect(answer).toMatchObject({ Prefix: "runs/", KeyCount: 4, IsTruncated: false });
  });

  test("has as many keys on a page as the caller or the account says", async () => {
    await using simulator = await startWith(RUNS);
    await using small = await startWith(RUNS, {}, 2);
    expect(await pagesOf(simulator, 2)).toEqual(PAGES);
    expect(await pagesOf(small)).toEqual(PAGES);
    expect(await pagesOf(small, 3)).toEqual(PAGES);
  });

  test("has a thousand keys on a page at most", async () => {
    const many = Array.from({ length: 1001 }, (_, i) => [`runs/${i}`, storedObject("")]);
    await using simulator = await startWith(Object.fromEntries(many));
    const pages = await pagesOf(simulator, 5000);
    expect(pages.map((page) => page?.length)).toEqual([1000, 1]);
  });

  test("continues after a key, whatever comes before it in the meantime", async () => {
    await using simulator = await startWith(RUNS);
    const first = await list(simulator, { Prefix: "runs/", MaxKeys: 2 });
    objectsOf(simulator.account).set("runs/A", storedObject("new"));
    const ContinuationToken = first.NextContinuationToken;
    const next = await list(simulator, {
      Prefix: "runs/",
      ...(ContinuationToken !== undefined && { ContinuationToken }),
    });
    expect(keysOf(next)).toEqual(PAGES[1]);
    expect(keysOf(await list(simulator, { StartAfter: "runs/b" }))).toEqual(["runs/ä"]);
  });

  test("encodes keys on demand, and escapes them in XML", async () => {
    await using simulator = await startWith({ "a/<b> & ü+": "" });
    const plain = await list(simulator);
    const encoded = await list(simulator, { EncodingType: "url", Prefix: "a/<" });
    expect(keysOf(plain)).toEqual(["a/<b> & ü+"]);
    expect(keysOf(encoded)).toEqual(["a/%3Cb%3E+%26+%C3%BC%2B"]);
    expect(encoded).toMatchObject({ Prefix: "a/%3C", EncodingType: "url" });
  });

  test("answers no objects of an empty bucket, and none if the caller wants none", async () => {
    await using empty = await startWith();
    await using simulator = await startWith(RUNS);
    const none = { KeyCount: 0, IsTruncated: false };
    expect(await list(empty)).toMatchObject(none);
    expect(await list(simulator, { MaxKeys: 0 })).toMatchObject(none);
  });

  test.for<Partial<ListObjectsV2CommandInput>>([
    { ContinuationToken: "bad" },
    { MaxKeys: -1 },
    { EncodingType: "base64" as "url" },
  ])("refuses the input %o", async (input) => {
    await using simulator = await startWith();
    await expect(list(simulator, input)).rejects.toMatchObject(failure("InvalidArgument", 400));
  });
});

describe("S3 refuses", () => {
  const client = (simulator: Simulator) => new S3Client(settings(simulator));

  test.for<{ name: string; call: (simulator: Simulator) => Promise<object> }>([
    {
      name: "to delete an object",
      call: (simulator) => client(simulator).send(new DeleteObjectCommand({ Bucket, Key })),
    },
    {
      name: "to delete objects",
      call: (simulator) =>
        client(simulator).send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }),
        ),
    },
    {
      name: "to create a bucket",
      call: (simulator) => client(simulator).send(new CreateBucketCommand({ Bucket: "another" })),
    },
    {
      name: "to copy an object",
      call: (simulator) =>
        client(simulator).send(
          new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/other` }),
        ),
    },
    {
      name: "to read part of an object",
      call: (simulator) => get(simulator, { Range: "bytes=0-1" }),
    },
    { name: "to read a version", call: (simulator) => get(simulator, { VersionId: "1" }) },
    { name: "to list folders", call: (simulator) => list(simulator, { Delimiter: "/" }) },
    { name: "to tag an object", call: (simulator) => put(simulator, { Tagging: "a=b" }) },
  ])("$name, which the simulator does not know", async ({ call }) => {
    await using simulator = await startWith({ [Key]: "kept" });
    await expect(call(simulator)).rejects.toMatchObject(failure("UnknownOperationException", 404));
    expect([...objectsOf(simulator.account).keys()]).toEqual([Key]);
    expect(textIn(simulator)).toBe("kept");
    expect([...simulator.account.buckets.keys()]).toEqual([Bucket]);
  });

  test("a key of more than 1,024 bytes", async () => {
    await using simulator = await startWith();
    await put(simulator, { Key: "ü".repeat(512) });
    await expect(put(simulator, { Key: "ü".repeat(513) })).rejects.toMatchObject(
      failure("KeyTooLongError", 400),
    );
  });
});

describe("a fault of S3", () => {
  const start = (action: string, fault: Fault) =>
    startWith(
      { [Key]: "0123456789" },
      { faults: (called) => (called === action ? fault : undefined) },
    );

  test("of kind throttled asks to slow down", async () => {
    await using simulator = await start("s3:PutObject", { kind: "throttled" });
    await expect(put(simulator)).rejects.toMatchObject(failure("SlowDown", 503));
    expect(textIn(simulator)).toBe("0123456789");
  });

  test("of kind error can be a conflict", async () => {
    await using simulator = await start("s3:PutObject", {
      kind: "error",
      code: "ConditionalRequestConflict",
      message: "Try again",
      status: 409,
    });
    await expect(put(simulator)).rejects.toMatchObject(failure("ConditionalRequestConflict", 409));
  });

  test("of kind empty is a success without any member", async () => {
    await using gets = await start("s3:GetObject", { kind: "empty" });
    await using lists = await start("s3:ListObjectsV2", { kind: "empty" });
    await using puts = await start("s3:PutObject", { kind: "empty" });
    const { Body, ETag } = await get(gets);
    expect([await Body?.transformToString(), ETag]).toEqual(["", undefined]);
    expect(await list(lists)).not.toHaveProperty("IsTruncated");
    expect(await put(puts)).not.toHaveProperty("ETag");
  });

  test("of kind without takes a header away", async () => {
    await using simulator = await start("s3:HeadObject", { kind: "without", member: "ETag" });
    const answer = await head(simulator);
    expect(answer.ContentLength).toBe(10);
    expect(answer.ETag).toBeUndefined();
  });

  test("of kind html is a page in place of an object or a list", async () => {
    const page: Fault = { kind: "html", status: 200 };
    await using gets = await start("s3:GetObject", page);
    await using lists = await start("s3:ListObjectsV2", page);
    expect(await (await get(gets)).Body?.transformToString()).toContain("<html>");
    expect(await list(lists).catch(() => ({}))).not.toHaveProperty("Contents");
  });

  test("of kind reset ends the connection within the object", async () => {
    await using simulator = await start("s3:GetObject", { kind: "reset" });
    const { Body, ContentLength } = await get(simulator);
    expect(ContentLength).toBe(10);
    await expect(Body?.transformToString()).rejects.toThrow("aborted");
  });

  test.for([
    { action: "s3:PutObject", call: put },
    { action: "s3:HeadObject", call: head },
  ])("of kind reset ends the connection before the answer to $action", async ({ action, call }) => {
    await using simulator = await start(action, { kind: "reset" });
    await expect(call(simulator, { Key })).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("of kind reset does not keep S3 from storing the object", async () => {
    await using simulator = await start("s3:PutObject", { kind: "reset" });
    await expect(put(simulator)).rejects.toThrow("socket hang up");
    expect(textIn(simulator)).toBe("new");
  });

  test("of kind cut shows only in the checksum, if the object has one", async () => {
    await using simulator = await start("s3:GetObject", { kind: "cut" });
    expect(await (await get(simulator)).Body?.transformToString()).toBe("01234");
    await put(simulator, { Body: "0123456789" });
    const { Body } = await get(simulator);
    await expect(Body?.transformToString()).rejects.toThrow("Checksum mismatch");
  });

  test("of kind repeat-token leads to the first page again", async () => {
    await using simulator = await start("s3:ListObjectsV2", { kind: "repeat-token" });
    const first = await list(simulator);
    const ContinuationToken = first.NextContinuationToken ?? "";
    const second = await list(simulator, { ContinuationToken });
    expect(first.IsTruncated).toBe(true);
    expect(second).toMatchObject({
      Contents: [{ Key }],
      NextContinuationToken: ContinuationToken,
    });
  });
});

test("the rates of S3 and SNS can have limits", async () => {
  const once = { burst: 1, perSecond: 0.001 };
  await using simulator = await startSimulator(
    createAccount({ buckets: [Bucket], topics: ["alerts"] }),
    {
      rateLimits: [
        { ...once, actions: ["s3:PutObject"] },
        { ...once, actions: ["sns:Publish"] },
      ],
    },
  );
  await put(simulator);
  await publish(simulator);
  await expect(put(simulator)).rejects.toMatchObject(failure("SlowDown", 503));
  await expect(publish(simulator)).rejects.toMatchObject(failure("Throttling", 400));
});

const TopicArn = `arn:aws:sns:${REGION}:123456789012:alerts`;

const publish = (simulator: Simulator, input: Partial<PublishCommandInput> = {}) =>
  new SNSClient(settings(simulator)).send(
    new PublishCommand({ TopicArn, Message: "2 images deleted", ...input }),
  );

const startTopic = (options: SimulatorOptions = {}) =>
  startSimulator(createAccount({ topics: ["alerts"] }), options);

describe("SNS", () => {
  const messagesIn = ({ account }: Simulator, arn = TopicArn) => account.topics.get(arn)?.messages;

  test("keeps what is published, in order", async () => {
    await using simulator = await startTopic();
    const Message = JSON.stringify({ default: "short", email: "long & <ü>" });
    const { MessageId } = await publish(simulator);
    await publish(simulator, { Subject: "A run", Message, MessageStructure: "json" });
    expect(MessageId).toMatch(/^[\da-f-]{36}$/);
    expect(messagesIn(simulator)).toEqual([
      { message: "2 images deleted" },
      { subject: "A run", message: Message, messageStructure: "json" },
    ]);
  });

  test("knows a topic by its ARN, as one of another account", async () => {
    const arn = `arn:aws:sns:${REGION}:${OTHER}:shared`;
    await using simulator = await startSimulator(createAccount({ topics: [arn] }));
    await publish(simulator, { TopicArn: arn });
    expect(messagesIn(simulator, arn)).toHaveLength(1);
  });

  test("takes the longest message and the longest subject", async () => {
    await using simulator = await startTopic();
    await publish(simulator, { Message: "ü".repeat(131_072), Subject: "s".repeat(100) });
    expect(messagesIn(simulator)).toHaveLength(1);
  });

  test.for<{ name: string; input: Partial<PublishCommandInput> }>([
    { name: "an empty message", input: { Message: "" } },
    { name: "a message of more bytes than 256 KB", input: { Message: `${"ü".repeat(131_072)}.` } },
    { name: "a subject of 101 characters", input: { Subject: "s".repeat(101) } },
    { name: "an empty subject", input: { Subject: "" } },
    { name: "a subject of two lines", input: { Subject: "a\nb" } },
    { name: "a subject with a control character", input: { Subject: "a\u001B[1mb" } },
    {
      name: "a message for each protocol that is no JSON",
      input: { MessageStructure: "json", Message: "{" },
    },
    {
      name: "a message for each protocol without a default",
      input: { MessageStructure: "json", Message: '{"email":"long"}' },
    },
    {
      name: "a message for each protocol whose default is no text",
      input: { MessageStructure: "json", Message: '{"default":{}}' },
    },
    {
      name: "a message for each protocol that is null",
      input: { MessageStructure: "json", Message: "null" },
    },
    { name: "another structure", input: { MessageStructure: "xml" } },
    { name: "an ARN that is none", input: { TopicArn: "alerts" } },
    {
      name: "a topic of another Region",
      input: { TopicArn: TopicArn.replace(REGION, "eu-west-9") },
    },
  ])("refuses $name", async ({ input }) => {
    await using simulator = await startTopic();
    await expect(publish(simulator, input)).rejects.toMatchObject(
      failure("InvalidParameterException", 400),
    );
    expect(messagesIn(simulator)).toEqual([]);
  });

  test("does not know a topic that is gone", async () => {
    await using simulator = await startTopic({
      before: { "sns:Publish": ({ topics }) => topics.delete(TopicArn) },
    });
    await expect(publish(simulator)).rejects.toMatchObject({
      ...failure("NotFoundException", 404),
      message: "Topic does not exist",
    });
  });

  test("refuses a denied call by its own error", async () => {
    await using simulator = await startTopic({ isAllowed: () => false });
    await expect(publish(simulator)).rejects.toMatchObject({
      ...failure("AuthorizationErrorException", 403),
      message: expect.stringContaining(`sns:Publish on resource: ${TopicArn} `),
    });
  });

  test("can lose its answer to a message that it keeps", async () => {
    await using simulator = await startTopic({ faults: () => ({ kind: "reset" }) });
    await expect(publish(simulator)).rejects.toThrow("aborted");
    expect(messagesIn(simulator)).toHaveLength(1);
  });

  test("can succeed without saying which message it is", async () => {
    await using simulator = await startTopic({ faults: () => ({ kind: "empty" }) });
    expect(await publish(simulator)).not.toHaveProperty("MessageId");
  });
});
