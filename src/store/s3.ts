import { createReadStream } from "node:fs";

import { type PutObjectCommandInput, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { HttpRequest, Pluggable } from "@smithy/types";

import type { Service } from "../aws/clients.ts";

/** A file of this machine as the body of a request. */
class FileBody {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A file of this machine as a body. Unlike a stream, the SDK can send it again. */
export function bodyOf(path: string): NonNullable<PutObjectCommandInput["Body"]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client puts a stream in its place
  return new FileBody(path) as unknown as Buffer;
}

/** Gives each attempt of a call a stream of its own: the SDK repeats no call whose body is one stream for all of them. */
function streamFiles<Input extends object, Output extends object>(): Pluggable<Input, Output> {
  return {
    applyToStack: (stack) => {
      stack.add(
        (next) => async (args) => {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- S3 is called over HTTP
          const request = args.request as HttpRequest;
          // The signed request, which each attempt has for itself.
          if (request.body instanceof FileBody) request.body = createReadStream(request.body.path);
          return next(args);
        },
        { step: "deserialize", priority: "low", name: "streamFiles" },
      );
    },
  };
}

/** The bucket can be in another Region. */
export class StoreClient extends S3Client {
  constructor(settings: S3ClientConfig) {
    super({
      ...settings,
      followRegionRedirects: true,
      // An endpoint of one's own has no host names for buckets, and no certificate covers those with a dot.
      forcePathStyle: true,
    });
    this.middlewareStack.use(streamFiles());
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
