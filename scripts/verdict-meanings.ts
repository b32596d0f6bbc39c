import type { KeepReason } from "../src/plan/verdict.ts";

/** When each reason to keep an image applies, as the documents say it. */
export const MEANINGS: Readonly<Record<KeepReason, string>> = {
  archived: "it is in ECR's archive",
  "too-young":
    "it was pushed at most keep-days ago (an image of exactly that age is kept), or has no push date",
  "in-use":
    "its digest or one of its tags is in use, or it was pulled since the run began to read evidence",
  newest:
    "it is one of the newest `BoxCleanerKeepCount` tagged images; signatures and other referrers do not count",
  "kept-tag": "one of its tags matches `DEFAULT_KEEP_TAGS` or `BoxCleanerKeepTags`",
  "recently-pulled": "it was pulled at most `BoxCleanerKeepPulledDays` ago",
  "recently-used":
    "a run found it in use at most `BoxCleanerKeepUsedDays` ago, or the history of its repository does not yet go back so far",
  "child-of-kept": "an index that is kept lists it, nested indexes too",
  "parent-of-in-use":
    "it is an index that lists an image in use by its digest: a runtime that pulled the index can name the digest of the child that it runs",
  "referrer-of-kept":
    "it signs, attests or describes an image that is kept: by its subject, by the referrers fallback tag, or by cosign's tags `.sig`, `.att` and `.sbom`",
  "maybe-listed":
    "it has no tag, and its repository has an archived index, which cannot be read and may list it",
  "subject-elsewhere":
    "it refers to an image that is not in its repository, and that image is in use, or the repository has nothing but such referrers (a signature store)",
};
