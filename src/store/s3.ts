import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

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
