import { createHash } from "node:crypto";

import { type Members, type Place, ServiceError } from "../../operation.ts";

export interface S3State {
  /** By name. */
  readonly buckets: Map<string, SimulatedBucket>;
  /** The most keys on a page, even if the caller asks for more. */
  readonly keysPerPage: number;
}

export interface S3Parts {
  /** The names of buckets that are empty. */
  readonly buckets?: readonly string[];
  readonly keysPerPage?: number;
}

interface SimulatedBucket {
  /** By key. */
  readonly objects: Map<string, SimulatedObject>;
}

export interface SimulatedObject {
  readonly bytes: Buffer;
  /** With its quotes. */
  readonly etag: string;
  /** In milliseconds since the epoch. */
  readonly lastModified: number;
  readonly contentType?: string;
  /** Other members of PutObject that GetObject answers, such as ContentEncoding and ServerSideEncryption. */
  readonly properties: Members;
}

export function createS3State({ buckets = [], keysPerPage = 1000 }: S3Parts): S3State {
  return { buckets: new Map(buckets.map((name) => [name, { objects: new Map() }])), keysPerPage };
}

/** What S3 keeps of a call of PutObject, and answers by GetObject, beside the content and its type. */
const PROPERTIES = new Set([
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "ChecksumCRC32",
  "Metadata",
  "SSEKMSKeyId",
  "ServerSideEncryption",
]);

/** An object that S3 just stored; it has a checksum only if the input of PutObject has ChecksumCRC32. */
export function storedObject(content: string | Buffer, input: Members = {}): SimulatedObject {
  const bytes = Buffer.from(content);
  const { ContentType: contentType } = input;
  const given = Object.entries(input).filter(([name]) => PROPERTIES.has(name));
  const properties = { ServerSideEncryption: "AES256", ...Object.fromEntries(given) };
  return {
    bytes,
    etag: etagOf(bytes, properties),
    lastModified: Date.now(),
    ...(contentType !== undefined && { contentType }),
    properties,
  };
}

/** The MD5 of the content, except of an object that a key of KMS encrypts. */
function etagOf(bytes: Buffer, { ServerSideEncryption }: Members): string {
  const hash = createHash("md5").update(bytes);
  if (ServerSideEncryption !== "AES256") hash.update(ServerSideEncryption);
  return `"${hash.digest("hex")}"`;
}

/** The bucket that a call names. Throws if it does not exist, or belongs to another account than the caller expects. */
export function requireBucket(
  { buckets, id }: Place & S3State,
  { Bucket, ExpectedBucketOwner = id }: Members,
): SimulatedBucket {
  const bucket = buckets.get(Bucket);
  if (bucket === undefined) {
    throw new ServiceError("NoSuchBucket", "The specified bucket does not exist", 404);
  }
  if (ExpectedBucketOwner !== id) throw accessDenied();
  return bucket;
}

export function accessDenied(): ServiceError {
  return new ServiceError("AccessDenied", "Access Denied", 403);
}
