import type { Members } from "../../operation.ts";

/** The members that requests and answers have in headers. */
const MEMBERS: Readonly<Record<string, string>> = {
  "if-match": "IfMatch",
  "if-none-match": "IfNoneMatch",
  "cache-control": "CacheControl",
  "content-type": "ContentType",
  "content-encoding": "ContentEncoding",
  "content-disposition": "ContentDisposition",
  "content-language": "ContentLanguage",
  etag: "ETag",
  "last-modified": "LastModified",
  "x-amz-expected-bucket-owner": "ExpectedBucketOwner",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-mode": "ChecksumMode",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
};

const METADATA = "x-amz-meta-";

/** What AWS has headers for that changes nothing here. */
const IGNORED = new Set([
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-decoded-content-length",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-security-token",
  "x-amz-trailer",
  "x-amz-user-agent",
]);

const NOT_SIMULATED = new Set(["content-md5", "if-modified-since", "if-unmodified-since", "range"]);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The first header that asks for what the simulated S3 does not do. */
export function unknownHeader(headers: Headers): string | undefined {
  return Object.keys(headers).find((name) => {
    if (NOT_SIMULATED.has(name)) return true;
    const isKnown = name in MEMBERS || name.startsWith(METADATA) || IGNORED.has(name);
    return name.startsWith("x-amz-") && !isKnown;
  });
}

/** The members that a request has in its headers, and in the trailers of its body. */
export function membersOf(headers: Headers): Members {
  const given = Object.entries(headers);
  const members = given.filter(([name]) => name in MEMBERS);
  const metadata = given.filter(([name]) => name.startsWith(METADATA));
  return {
    ...Object.fromEntries(members.map(([name, value]) => [MEMBERS[name], value])),
    ...(metadata.length > 0 && {
      Metadata: Object.fromEntries(
        metadata.map(([name, value]) => [name.slice(METADATA.length), value]),
      ),
    }),
  };
}

/** The headers of an answer. */
export function headersOf({ Metadata = {}, ...members }: Members): Record<string, string> {
  const named = Object.entries(MEMBERS).map(([name, member]) => [name, members[member]]);
  const metadata = Object.entries(Metadata).map(([name, value]) => [METADATA + name, value]);
  return Object.fromEntries([...named, ...metadata].filter(([, value]) => value !== undefined));
}
