import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

import { AwsCallError } from "../aws/calls.ts";
import type { Service } from "../aws/clients.ts";

const ignore = () => {};
/** The SDK tells the console that it repeats no upload of a stream. The store does. */
const SILENT = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A client of Amazon S3 and of what has its API. */
export class StoreClient extends S3Client {
  constructor(settings: S3ClientConfig) {
    super({
      ...settings,
      // An endpoint of one's own has no host names for buckets, and no certificate covers those with a dot.
      forcePathStyle: true,
      logger: SILENT,
    });
  }
}

/** Amazon S3, as the store uses it. */
export const S3 = {
  Client: StoreClient,
  answers: {
    "s3:GetObject": ["Body"],
    "s3:ListObjectsV2": ["KeyCount"],
    "s3:PutObject": ["ETag"],
  },
  usesReserve: true,
} satisfies Service<S3Client>;

/** Makes a call, and says what to allow if it is denied. What the organization denies has a remedy of its own. */
export async function withRemedy<Result>(
  remedy: string,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    const isDenied = error instanceof AwsCallError && error.isDenied;
    if (!isDenied || error.isDeniedByOrganization) throw error;
    throw new AwsCallError(error.action, error.resource, error.cause, remedy);
  }
}
