import {
  GetObjectCommand,
  type S3Client,
  type S3ClientConfig,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";

import { AwsCallError, call, pages, required } from "../../aws/calls.ts";
import type { Clients, Service } from "../../aws/clients.ts";
import { describeLocation } from "../../store/location.ts";
import { StoreClient, withRemedy } from "../../store/s3.ts";
import {
  KEEPS_CHANGING,
  type ListContent,
  type ListFile,
  MAX_READINGS,
  requireListSize,
} from "./list-file.ts";

const LIST = "s3:ListObjectsV2";
const GET = "s3:GetObject";

/** Unlike the store, lists are not read in the reserve at the end of a run. The bucket can be in another Region. */
class ListsClient extends StoreClient {
  constructor(settings: S3ClientConfig) {
    super({ ...settings, followRegionRedirects: true });
  }
}

const S3 = {
  Client: ListsClient,
  answers: {
    [LIST]: ["KeyCount", "IsTruncated"],
    [GET]: ["Body", "ETag", "LastModified"],
  },
} satisfies Service<ListsClient>;

/** Where lists are in S3. */
interface Location {
  readonly bucket: string;
  /** The key of a list, or what the keys of lists begin with up to a slash. Empty for the whole bucket. */
  readonly prefix: string;
}

/** An object as S3 lists it. */
interface Listed {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
}

/**
 * Finds the object of a key, and all objects whose keys continue it after a slash. Throws if there is none, and AwsCallError if
 * the bucket cannot be listed.
 */
export async function findObjects({ client }: Clients, location: Location): Promise<ListFile[]> {
  const s3 = client(S3);
  const { bucket, prefix } = location;
  const found = await listObjects(s3, location);
  const isBelow = (key: string) => prefix === "" || key.startsWith(`${prefix}/`);
  const lists = found.filter(
    (object) => (object.key === prefix || isBelow(object.key)) && !isFolder(object),
  );
  if (lists.length === 0) {
    throw new Error("there is no object of this key, and none below it as a prefix");
  }
  return lists.map((listed) => ({
    name: nameOf(bucket, listed.key),
    read: async () => readObject(s3, bucket, listed),
  }));
}

/** The console makes such an object for a folder. */
function isFolder({ key, bytes }: Listed): boolean {
  return key.endsWith("/") && bytes === 0;
}

function nameOf(bucket: string, key: string): string {
  return describeLocation({ bucket, prefix: key });
}

/** Lists the objects whose keys begin with a text. */
async function listObjects(client: S3Client, { bucket, prefix }: Location): Promise<Listed[]> {
  const resource = nameOf(bucket, prefix);
  const paginator = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
  const have = <Part>(part: Part | undefined) => required(part, LIST, resource);
  return withRemedy(listRemedy(bucket), async () => {
    const objects: Listed[] = [];
    for await (const page of pages({ action: LIST, resource, paginator })) {
      const { Contents = [], KeyCount, IsTruncated, NextContinuationToken } = page;
      const isCut = KeyCount !== Contents.length;
      if (isCut) throw new AwsCallError(LIST, resource, new Error("the list of keys is cut"));
      if (IsTruncated === true) have(NextContinuationToken);
      for (const { Key, ETag, Size } of Contents) {
        objects.push({ key: have(Key), etag: have(ETag), bytes: have(Size) });
      }
    }
    return objects;
  });
}

/** Reads an object as S3 lists it: an answer can be cut on its way, and an object can change after it was listed. */
async function readObject(client: S3Client, bucket: string, listed: Listed): Promise<ListContent> {
  const { key } = listed;
  let expected: Listed | undefined = listed;
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    if (expected === undefined) throw new Error("it vanished while it was read");
    requireListSize(expected.bytes);
    const { etag, ...content } = await getObject(client, bucket, key);
    const { length } = content.bytes;
    if (etag === expected.etag && length === expected.bytes) return content;
    if (etag === expected.etag) {
      throw new Error(`its content is cut: ${length} of ${expected.bytes} bytes arrived`);
    }
    const found = await listObjects(client, { bucket, prefix: key });
    expected = found.find((each) => each.key === key);
  }
  throw new Error(KEEPS_CHANGING);
}

async function getObject(
  client: S3Client,
  bucket: string,
  key: string,
): Promise<ListContent & { readonly etag: string }> {
  const resource = nameOf(bucket, key);
  const have = <Part>(part: Part | undefined) => required(part, GET, resource);
  // S3 has a checksum of most objects, which the SDK compares.
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: "ENABLED" });
  return withRemedy(GET_REMEDY, async () =>
    call(GET, resource, async () => {
      const { Body, ETag, LastModified } = await client.send(command);
      const bytes = await have(Body).transformToByteArray();
      return { bytes, etag: have(ETag), modifiedAt: have(LastModified).getTime() };
    }),
  );
}

const GET_REMEDY =
  "; allow s3:GetObject on it for this role (and kms:Decrypt, if a KMS key encrypts it)";

function listRemedy(bucket: string): string {
  return `; allow s3:ListBucket on the bucket ${bucket} for this role`;
}
