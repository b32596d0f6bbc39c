import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

import type { Service } from "../aws/clients.ts";

/** The bucket can be in another Region. */
class StoreClient extends S3Client {
  constructor(settings: S3ClientConfig) {
    super({
      ...settings,
      followRegionRedirects: true,
      // An endpoint of one's own has no host names for buckets, and no certificate covers those with a dot.
      forcePathStyle: true,
    });
  }
}

/** Amazon S3, as the store and the lists of references use it. */
export const S3 = {
  Client: StoreClient,
  answers: {
    "s3:GetObject": ["Body"],
    "s3:ListObjectsV2": ["Contents|KeyCount"],
    "s3:PutObject": ["ETag"],
  },
  usesReserve: true,
} satisfies Service<S3Client>;
