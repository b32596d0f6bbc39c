import type { KeepReason } from "../plan/verdict.ts";

/** The reasons to keep an image, as people read them. JSON and the documents have the code words. */
export const REASONS: Readonly<Record<KeepReason, string>> = {
  archived: "archived",
  "too-young": "too young",
  "in-use": "in use",
  newest: "one of the newest",
  "kept-tag": "kept by its tag",
  "recently-pulled": "pulled recently",
  "recently-used": "used recently",
  "child-of-kept": "listed by a kept index",
  "parent-of-in-use": "index of an image in use",
  "referrer-of-kept": "refers to a kept image",
  "maybe-listed": "maybe listed by an archived index",
  "subject-elsewhere": "refers to an image elsewhere",
};
