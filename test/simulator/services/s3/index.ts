import type { Members } from "../../operation.ts";
import type { Protocol } from "../../protocols.ts";
import type { Service } from "../../service.ts";
import { xmlOf } from "../../xml.ts";
import { headersOf } from "./headers.ts";
import { listObjects, tokenAfter } from "./list.ts";
import { getObject, putObject } from "./objects.ts";
import { recognize } from "./request.ts";
import { type S3Parts, type S3State, createS3State } from "./state.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** REST with XML, where the members of an object are in headers. */
const REST_XML: Protocol = {
  contentType: "application/xml",
  success: (operation, output) =>
    operation === "ListObjectsV2" ? listOf(output) : (output["Body"] ?? ""),
  headers: headersOf,
  error: ({ code, message }, RequestId) =>
    DECLARATION + xmlOf({ Error: { Code: code, Message: message, RequestId } }),
  requestIdHeader: "x-amz-request-id",
  throttled: { code: "SlowDown", status: 503 },
  denied: { code: "AccessDenied", status: 403 },
  invalidToken: { code: "InvalidToken", status: 400 },
  expiredToken: { code: "ExpiredToken", status: 400 },
};

function listOf(output: Members): string {
  const list = xmlOf({ ListBucketResult: output });
  return DECLARATION + list.replace(/^<\w+/, `$& xmlns="${NAMESPACE}"`);
}

/** Buckets of one account, without versions. Whatever it does not simulate, it refuses. */
export const s3: Service<S3State, S3Parts, S3State> = {
  prefix: "s3",
  sdkId: "S3",
  pageToken: "NextContinuationToken",
  protocol: REST_XML,
  createState: createS3State,
  recognize,
  resourceOf: (_, { Bucket, Key }) => `arn:aws:s3:::${Bucket}${Key === undefined ? "" : `/${Key}`}`,
  operations: {
    GetObject: getObject,
    HeadObject: getObject,
    PutObject: putObject,
    ListObjectsV2: listObjects,
  },
  withPageToken: (output) => ({
    ...output,
    IsTruncated: true,
    NextContinuationToken: tokenAfter(""),
  }),
};
