import { crc32 } from "node:zlib";

import { type Members, type Operation, ServiceError } from "../../operation.ts";
import {
  type S3State,
  type SimulatedObject,
  accessDenied,
  requireBucket,
  storedObject,
} from "./state.ts";

/** HeadObject too: the wire leaves out the body of an answer to HEAD. */
export const getObject: Operation<S3State> = (account, input, { isAllowed }) => {
  const { objects } = requireBucket(account, input);
  const { Bucket, Key, ChecksumMode } = input;
  const object = objects.get(Key);
  if (object === undefined) {
    // To a caller that may not list the bucket, S3 does not say what is missing.
    throw isAllowed("s3:ListObjectsV2", { Bucket }) ? noSuchKey() : accessDenied();
  }
  requireReadable(object, input);
  const { bytes, etag, lastModified, contentType = "binary/octet-stream", properties } = object;
  const { ChecksumCRC32, ...others } = properties;
  return {
    ...others,
    ContentType: contentType,
    ETag: etag,
    LastModified: new Date(lastModified).toUTCString(),
    ...(ChecksumMode === "ENABLED" && { ChecksumCRC32 }),
    Body: bytes,
  };
};

export const putObject: Operation<S3State> = (account, input, { isAllowed }) => {
  const { objects } = requireBucket(account, input);
  const { Bucket, Key, Body, IfMatch } = input;
  if (IfMatch !== undefined && !isAllowed("s3:GetObject", { Bucket, Key })) throw accessDenied();
  requireKey(Key);
  requireIntact(input);
  requireWritable(objects.get(Key), input);
  const object = storedObject(Body, input);
  objects.set(Key, object);
  const { ServerSideEncryption, SSEKMSKeyId, ChecksumCRC32 } = object.properties;
  return { ETag: object.etag, ServerSideEncryption, SSEKMSKeyId, ChecksumCRC32 };
};

function requireReadable({ etag }: SimulatedObject, { IfMatch, IfNoneMatch }: Members): void {
  if (IfMatch !== undefined && !isSame(etag, IfMatch)) throw preconditionFailed("If-Match");
  if (IfNoneMatch === "*" || isSame(etag, IfNoneMatch)) {
    throw new ServiceError("NotModified", "Not Modified", 304);
  }
}

function requireWritable(
  object: SimulatedObject | undefined,
  { IfMatch, IfNoneMatch }: Members,
): void {
  const isUnknown = IfNoneMatch !== undefined && (IfNoneMatch !== "*" || IfMatch !== undefined);
  if (isUnknown) {
    throw new ServiceError(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented",
      501,
    );
  }
  if (IfNoneMatch !== undefined && object !== undefined) throw preconditionFailed("If-None-Match");
  if (IfMatch === undefined) return;
  if (object === undefined) throw noSuchKey();
  if (!isSame(object.etag, IfMatch)) throw preconditionFailed("If-Match");
}

/** S3 takes entity tags with and without their quotes. */
function isSame(etag: string, condition: string | undefined): boolean {
  return condition?.replaceAll('"', "") === etag.replaceAll('"', "");
}

function requireKey(key: string): void {
  if (Buffer.byteLength(key) <= 1024) return;
  throw new ServiceError("KeyTooLongError", "Your key is too long");
}

/** Refuses a body that did not arrive as it was sent. */
function requireIntact({ Body, ChecksumCRC32 }: Members): void {
  if (Body === undefined) {
    throw new ServiceError(
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    );
  }
  if (ChecksumCRC32 === undefined || ChecksumCRC32 === checksumOf(Body)) return;
  throw new ServiceError("BadDigest", "The CRC32 you specified did not match what we received.");
}

function checksumOf(bytes: Buffer): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString("base64");
}

function noSuchKey(): ServiceError {
  return new ServiceError("NoSuchKey", "The specified key does not exist.", 404);
}

function preconditionFailed(condition: "If-Match" | "If-None-Match"): ServiceError {
  return new ServiceError(
    "PreconditionFailed",
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
    412,
  );
}
