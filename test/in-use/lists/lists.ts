import { type JsonList, writeJsonList } from "../../../src/in-use/lists/json-list.ts";
import { REGISTRY, createAccount, enabled, old } from "../../simulator/account.ts";
import { storedObject } from "../../simulator/services/s3/state.ts";

export const BUCKET = "evidence";

/** A complete JSON list, made now. */
function listOf(...images: readonly string[]): JsonList {
  return {
    account: "222222222222",
    region: "eu-west-1",
    time: Date.now(),
    complete: true,
    references: images.map((image) => ({ image })),
  };
}

/** The text of a complete list, with some members written otherwise. */
export function jsonList(images: readonly string[], others: object = {}): string {
  return JSON.stringify({ ...JSON.parse(writeJsonList(listOf(...images))), ...others });
}

/** An account with the old images `v1` to `v4` in the repository `app`, and objects in a bucket, by key. */
export function accountWith(
  objects: Readonly<Record<string, string | Buffer>> = {},
  keysPerPage?: number,
) {
  const account = createAccount({
    repositories: { app: enabled([old("v1"), old("v2"), old("v3"), old("v4")]) },
    // Something is in use in every account.
    functions: { mailer: `${REGISTRY}/app:v4` },
    buckets: [BUCKET],
    ...(keysPerPage !== undefined && { keysPerPage }),
  });
  const bucket = account.buckets.get(BUCKET);
  for (const [key, content] of Object.entries(objects)) {
    bucket?.objects.set(key, storedObject(content));
  }
  return account;
}
