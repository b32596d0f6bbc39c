import type { Statement } from "../aws/permissions.ts";

/** The name that AWS keeps for examples: nobody can own the bucket, so a policy in which it stands allows nothing. */
const BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket";

/** What a role needs for `STORE=s3://amzn-s3-demo-bucket/store`. */
export const STORE_STATEMENTS: readonly Statement[] = [
  {
    Sid: "UseTheStore",
    Action: ["s3:GetObject", "s3:PutObject"],
    Resource: `${BUCKET}/store/*`,
    purpose: "read and write the files of `STORE`",
  },
  {
    Sid: "LearnWhatTheStoreLacks",
    Action: ["s3:ListBucket"],
    Resource: BUCKET,
    // The program lists the very key that S3 denies to read, so that it need not know what S3 makes of this condition.
    Condition: { StringLike: { "s3:prefix": "store/*" } },
    purpose: "tell a file of `STORE` that does not exist from one that it may not read",
  },
];

/** What a role needs for `IN_USE_LISTS=s3://amzn-s3-demo-bucket/lists`: not for `lists-private`, which `lists*` would allow too. */
export const LISTS_STATEMENTS: readonly Statement[] = [
  {
    Sid: "ReadTheLists",
    Action: ["s3:GetObject"],
    Resource: [`${BUCKET}/lists`, `${BUCKET}/lists/*`],
    purpose: "read the lists in `IN_USE_LISTS`",
  },
  {
    Sid: "FindTheLists",
    Action: ["s3:ListBucket"],
    Resource: BUCKET,
    Condition: { StringLike: { "s3:prefix": ["lists", "lists/*"] } },
    purpose: "find the lists in `IN_USE_LISTS`",
  },
];
