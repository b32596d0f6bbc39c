import { type Members, type Operation, ServiceError } from "../../operation.ts";
import { type S3State, type SimulatedObject, requireBucket } from "./state.ts";

/** Lists the keys in the order of their bytes. */
export const listObjects: Operation<S3State> = (account, input) => {
  const { objects } = requireBucket(account, input);
  const { Bucket, Prefix = "", StartAfter, ContinuationToken, MaxKeys, EncodingType } = input;
  const size = pageSizeOf(input, account.keysPerPage);
  const encode = encoderOf(EncodingType);
  const after = ContinuationToken === undefined ? StartAfter : keyOf(ContinuationToken);
  const found = [...objects]
    .filter(([key]) => key.startsWith(Prefix) && isAfter(key, after))
    .toSorted(([a], [b]) => compare(a, b));
  const page = found.slice(0, size);
  const last = size > 0 && found.length > size ? page.at(-1) : undefined;
  return {
    Name: Bucket,
    Prefix: encode(Prefix),
    StartAfter: StartAfter && encode(StartAfter),
    ContinuationToken,
    MaxKeys: MaxKeys ?? 1000,
    KeyCount: page.length,
    EncodingType,
    IsTruncated: last !== undefined,
    NextContinuationToken: last && tokenAfter(last[0]),
    Contents: page.map(([key, object]) => describe(encode(key), object)),
  };
};

function describe(Key: string, { bytes, etag, lastModified }: SimulatedObject): Members {
  // S3 keeps the time to the second.
  const LastModified = new Date(lastModified - (lastModified % 1000)).toISOString();
  return { Key, LastModified, ETag: etag, Size: bytes.length, StorageClass: "STANDARD" };
}

function pageSizeOf({ MaxKeys = "1000" }: Members, limit: number): number {
  if (/^\d+$/.test(MaxKeys)) return Math.min(Number(MaxKeys), 1000, limit);
  throw invalidArgument("Provided max-keys not an integer or within integer range");
}

function encoderOf(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType !== "url") throw invalidArgument("Invalid Encoding Method specified in Request");
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+");
}

/** The token of the page after a key. */
export function tokenAfter(key: string): string {
  return Buffer.from(`after ${key}`).toString("base64");
}

function keyOf(token: string): string {
  const [, key] = /^after (.*)$/s.exec(Buffer.from(token, "base64").toString()) ?? [];
  if (key === undefined) throw invalidArgument("The continuation token provided is incorrect");
  return key;
}

function isAfter(key: string, start: string | undefined): boolean {
  return start === undefined || compare(key, start) > 0;
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function invalidArgument(message: string): ServiceError {
  return new ServiceError("InvalidArgument", message);
}
