import type { Members } from "../../operation.ts";
import type { WireRequest } from "../../wire.ts";
import { decodeChunks } from "./body.ts";
import { membersOf, unknownHeader } from "./headers.ts";

const PATH = /^\/(?<bucket>[^/]*)\/?(?<key>.*)$/;

/** The operations on an object, by method. */
const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "HeadObject",
  PUT: "PutObject",
};

/** The members that ListObjectsV2 has in its query. */
const LIST_MEMBERS: Readonly<Record<string, string>> = {
  prefix: "Prefix",
  "start-after": "StartAfter",
  "continuation-token": "ContinuationToken",
  "max-keys": "MaxKeys",
  "encoding-type": "EncodingType",
};

/** What a request asks of S3; only its signature tells it from one of another REST service. */
export function recognize(request: WireRequest): { operation: string; input: Members } | undefined {
  if (request.credential?.service !== "s3") return undefined;
  const { bucket = "", key = "" } = PATH.exec(request.path)?.groups ?? {};
  const names = { Bucket: bucket, ...(key !== "" && { Key: decodeURIComponent(key) }) };
  const isList = key === "" && request.method === "GET" && request.query["list-type"] === "2";
  const [operation, input] = isList
    ? ["ListObjectsV2", listInputOf(request)]
    : [objectOperationOf(request, key), objectInputOf(request)];
  const unknown = unknownParameter(request, isList) ?? unknownHeader(request.headers);
  return {
    operation: unknown === undefined ? operation : `${operation} with ${unknown}`,
    input: { ...input, ...names },
  };
}

function objectOperationOf({ method, path, query }: WireRequest, key: string): string {
  const operation = key === "" ? undefined : OBJECT_OPERATIONS[method];
  return operation ?? query["x-id"] ?? `${method} ${path}`;
}

/** The first part of the query that asks for what the simulated S3 does not do, such as a version of an object. */
function unknownParameter({ query }: WireRequest, isList: boolean): string | undefined {
  return Object.keys(query).find(
    (name) => name !== "x-id" && !(isList && (name === "list-type" || name in LIST_MEMBERS)),
  );
}

function listInputOf({ query, headers }: WireRequest): Members {
  const given = Object.entries(query).filter(([name]) => name in LIST_MEMBERS);
  const members = Object.fromEntries(given.map(([name, value]) => [LIST_MEMBERS[name], value]));
  return { ...members, ...membersOf(headers) };
}

function objectInputOf({ method, headers, bytes }: WireRequest): Members {
  if (method !== "PUT") return membersOf(headers);
  const { ContentEncoding = "", ...members } = membersOf(headers);
  const encodings = ContentEncoding.split(",").map((encoding: string) => encoding.trim());
  const kept = encodings.filter((encoding: string) => encoding !== "aws-chunked").join(",");
  return {
    ...members,
    ...(kept !== "" && { ContentEncoding: kept }),
    ...bodyOf(bytes, headers["x-amz-content-sha256"], headers["x-amz-decoded-content-length"]),
  };
}

/** The body as it was before it was sent, and what its trailers say; nothing if it is not complete. */
function bodyOf(
  bytes: Buffer,
  payload: string | string[] | undefined,
  length: string | string[] | undefined,
): Members {
  if (!String(payload).startsWith("STREAMING-")) return { Body: bytes };
  const decoded = decodeChunks(bytes);
  if (decoded?.body.length !== Number(length)) return {};
  return { ...membersOf(decoded.trailers), Body: decoded.body };
}
