import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

import type { Service } from "../aws/clients.ts";

/** The bucket can be in another Region. */
export class StoreClient extends S3Client {
  constructor(settings: S3ClientConfig) {
    super({
      ...settings,
      followRegionRedirects: true,
      // An endpoint of one's own has no host names for buckets, and no certificate covers those with a dot.
      forcePathStyle: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }
}

/** Amazon S3, as the store uses it. */
export const S3 = {
  Client: StoreClient,
  answers: {
    "s3:GetObject": ["Body"],
    "s3:PutObject": ["ETag"],
  },
  usesReserve: true,
} satisfies Service<S3Client>;
