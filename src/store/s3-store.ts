import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

import { AwsCallError, call, isGone, required } from "../aws/calls.ts";
import { asError } from "../errors.ts";
import { describeLocation } from "./location.ts";
import { S3, withRemedy } from "./s3.ts";
import type { Content, Store, StoreAws, StoredFile } from "./store.ts";

/** The longest that one call may take with all its repeats, in ms: a slow store must not cost the run its end. */
const TIME_LIMIT_MS = 20_000;
/** What a run needs after its last call of the store, in ms: it may send a message, and it returns its summary. */
const TIME_FOR_THE_END_MS = 15_000;
const LEAST_TIME_MS = 1_000;

const DENIED =
  "; allow s3:GetObject and s3:PutObject on the objects of STORE for this role, and s3:ListBucket on the bucket, without which S3 " +
  'answers the same for an object that does not exist (see "Permissions" in the README); if a KMS key encrypts the bucket, allow ' +
  "kms:Decrypt and kms:GenerateDataKey too";

/** Attempts at the upload of a file, the first one included, and the wait before the first repeat, in ms. It doubles with each repeat. */
const MAX_UPLOADS = 5;
const REPEAT_AFTER_MS = 100;

/** A store in Amazon S3. Conditional writes keep two runs from overwriting each other's files. */
export class S3Store implements Store {
  readonly #location: { readonly bucket: string; readonly prefix: string };
  readonly #aws: StoreAws;
  readonly #remainingMs: () => number;
  /** Of the bucket, as far as it is known. */
  #region: string;
  #s3: S3Client;

  constructor(
    location: { readonly bucket: string; readonly prefix: string },
    aws: StoreAws,
    remainingMs: () => number,
  ) {
    this.#location = location;
    this.#remainingMs = remainingMs;
    this.#aws = aws;
    this.#region = aws.region;
    this.#s3 = aws.client(S3);
  }

  readonly describe = (name: string) => describeLocation(this.#location, name);

  readonly read = async (name: string): Promise<StoredFile | undefined> => {
    const action = "s3:GetObject";
    try {
      return await this.#call(action, name, async (s3, abortSignal) => {
        const command = new GetObjectCommand(this.#objectOf(name));
        const { Body, ETag, LastModified } = await s3.send(command, { abortSignal });
        const bytes = Buffer.from(await required(Body, action, name).transformToByteArray());
        const version = required(ETag, action, name);
        return { bytes, version, writtenAt: required(LastModified, action, name).getTime() };
      });
    } catch (error) {
      if (isGone(error, "NoSuchKey")) return undefined;
      if (error instanceof AwsCallError && error.isDenied && (await this.#isAbsent(name))) {
        return undefined;
      }
      throw error;
    }
  };

  readonly replace = async (name: string, bytes: Buffer, version?: string): Promise<boolean> => {
    const condition = version === undefined ? { IfNoneMatch: "*" } : { IfMatch: version };
    const command = new PutObjectCommand({ ...this.#objectOf(name), ...condition, Body: bytes });
    try {
      await this.#call("s3:PutObject", name, async (s3, abortSignal) =>
        s3.send(command, { abortSignal }),
      );
      return true;
    } catch (error) {
      // Also a file that was removed since it was read.
      if (isGone(error, "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"))
        return false;
      throw error;
    }
  };

  readonly put = async (name: string, { bytes, type }: Content): Promise<void> => {
    const isFile = "path" in bytes;
    const size = isFile ? (await stat(bytes.path)).size : bytes.length;
    const upload = async (s3: S3Client, abortSignal: AbortSignal) => {
      const command = new PutObjectCommand({
        ...this.#objectOf(name),
        Body: isFile ? createReadStream(bytes.path) : bytes,
        ContentLength: size,
        ContentType: type,
      });
      return s3.send(command, { abortSignal });
    };
    await this.#call("s3:PutObject", name, async (s3, signal) =>
      isFile ? repeat(async () => upload(s3, signal)) : upload(s3, signal),
    );
  };

  /**
   * Whether a listing shows that there is no such object. S3 denies the reading of an object that does not exist to a role that
   * may list only a prefix of the bucket, or so it may: AWS does not say.
   */
  async #isAbsent(name: string): Promise<boolean> {
    const { Bucket, Key } = this.#objectOf(name);
    const command = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
    const listing = this.#call("s3:ListBucket", name, async (s3, abortSignal) =>
      s3.send(command, { abortSignal }),
    );
    // The error of the reading says what to allow.
    return listing.then(
      ({ Contents = [] }) => !Contents.some((each) => each.Key === Key),
      () => false,
    );
  }

  /** Several slow calls must not take the time that the run needs to say how it ended. */
  get #timeLimitMs(): number {
    const left = this.#remainingMs() - TIME_FOR_THE_END_MS;
    return Math.min(TIME_LIMIT_MS, Math.max(left, LEAST_TIME_MS));
  }

  #objectOf(name: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#location;
    return { Bucket: bucket, Key: [prefix, name].filter(Boolean).join("/") };
  }

  async #call<Output>(
    action: string,
    name: string,
    send: (s3: S3Client, signal: AbortSignal) => Promise<Output>,
  ): Promise<Output> {
    return withRemedy(DENIED, async () =>
      call(action, this.describe(name), async () =>
        this.#inRegion(send, AbortSignal.timeout(this.#timeLimitMs)),
      ),
    );
  }

  /**
   * Sends to the Region of the bucket, which S3 names if it is another one. The SDK would follow too, but it forgets the Region
   * after each call, and it sends the stream of a file again that it has read already.
   */
  async #inRegion<Output>(
    send: (s3: S3Client, signal: AbortSignal) => Promise<Output>,
    signal: AbortSignal,
  ): Promise<Output> {
    const asked = this.#region;
    try {
      return await send(this.#s3, signal);
    } catch (error) {
      const region = bucketRegionOf(error);
      if (region === undefined || region === asked) throw error;
      this.#s3 = this.#aws.elsewhere(region, this.#aws.identity).client(S3);
      this.#region = region;
      return send(this.#s3, signal);
    }
  }
}

/** The Region in which a bucket is, if the answer to a failed call names it. */
function bucketRegionOf(error: unknown): string | undefined {
  const { $response }: FailedCall = asError(error);
  return $response?.headers?.["x-amz-bucket-region"];
}

/** What errors of the SDK carry of the answer. */
interface FailedCall extends Error {
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Repeats an upload of a stream, which the SDK cannot read twice. A bucket in another Region fails each repeat. */
async function repeat<Result>(upload: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await upload();
    } catch (error) {
      if (attempt >= MAX_UPLOADS || bucketRegionOf(error) !== undefined) throw error;
      await delay(REPEAT_AFTER_MS * 2 ** (attempt - 1));
    }
  }
}
