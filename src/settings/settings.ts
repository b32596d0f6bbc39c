import { MAX_HISTORY_DAYS } from "../history/history.ts";
import { EVIDENCE_ROLE } from "../in-use/scopes/role-name.ts";
import { SOURCE_IDS } from "../in-use/sources/index.ts";
import {
  type Format,
  accounts,
  amount,
  exactBoolean,
  externalId,
  idsOf,
  locations,
  oneOf,
  optional,
  percentage,
  regions,
  roleName,
  share,
  storeLocation,
  tagPatterns,
  tagPrefixes,
  topicArn,
  wholeNumber,
} from "./formats.ts";
import { LOG_LEVELS } from "./log-levels.ts";

/** The tag that enables a repository, by exactly the value `true` (as in the original). */
export const ENABLED_TAG = "BoxCleanerEnabled";
export const ENABLED_VALUE = "true";

/** An environment variable that a run reads. */
export interface Setting<Value> {
  readonly name: string;
  readonly format: Format<Value>;
  /** The value while the variable is not set, written as it would be set. */
  readonly fallback: string;
  readonly meaning: string;
  /** The repository tag that overrides it, for one repository. */
  readonly tag?: string;
  /** How the value of that tag is written, if not as the variable's. */
  readonly tagFormat?: Format<Value>;
  /** Whether the original has it too: then a wrong value is a warning, as there. */
  readonly isOriginal?: true;
}

export const settings = {
  dryRun: {
    name: "DRY_RUN",
    format: exactBoolean,
    fallback: "true",
    meaning: "report only, delete nothing; only exactly `false` turns it off",
    isOriginal: true,
  },
  keepDays: {
    name: "DEFAULT_KEEP_DAYS",
    format: wholeNumber("days"),
    fallback: "30",
    meaning: "keep images pushed at most this many days ago",
    tag: "BoxCleanerKeepDays",
    isOriginal: true,
  },
  keepCount: {
    name: "DEFAULT_KEEP_COUNT",
    format: wholeNumber("images"),
    fallback: "0",
    meaning: "keep this many of each repository's newest tagged images, whatever their age",
    tag: "BoxCleanerKeepCount",
  },
  keepTags: {
    name: "DEFAULT_KEEP_TAGS",
    format: tagPatterns,
    fallback: "",
    meaning:
      "keep images with a tag that begins with one of these words, separated by spaces; a word with `*` or `?` matches " +
      "a whole tag; a repository's tag takes no wildcards",
    tag: "BoxCleanerKeepTags",
    tagFormat: tagPrefixes,
  },
  keepPulledDays: {
    name: "DEFAULT_KEEP_PULLED_DAYS",
    format: optional(wholeNumber("days")),
    fallback: "",
    meaning: "keep images pulled at most this many days ago; empty turns it off",
    tag: "BoxCleanerKeepPulledDays",
  },
  keepUsedDays: {
    name: "DEFAULT_KEEP_USED_DAYS",
    format: optional(wholeNumber("days", 0, MAX_HISTORY_DAYS)),
    fallback: "",
    meaning:
      "keep images found in use at most this many days ago, and all images until `STORE` has a history of so many days; empty turns it off",
    tag: "BoxCleanerKeepUsedDays",
  },
  maxDeletePercent: {
    name: "MAX_DELETE_PERCENT",
    format: percentage,
    fallback: "100",
    meaning: "skip a repository if more than this percentage of its images would be deleted",
  },
  maxDeletions: {
    name: "MAX_DELETIONS",
    format: optional(wholeNumber("images")),
    fallback: "",
    meaning: "stop deleting after this many images in one run; empty for no limit",
  },
  allowEmptyInUse: {
    name: "ALLOW_EMPTY_IN_USE",
    format: oneOf("true", "false"),
    fallback: "false",
    meaning: "`true` lets a run delete even if it finds no image of this registry in use",
  },
  evidence: {
    name: "IN_USE_EVIDENCE",
    format: oneOf("full", "original"),
    fallback: "full",
    meaning: "`original` reads only what the original read, so that its policy is enough",
  },
  sources: {
    name: "IN_USE_SOURCES",
    format: idsOf(SOURCE_IDS),
    fallback: "all",
    meaning: `read only these sources of evidence: all, or some of ${SOURCE_IDS.join(", ")}`,
  },
  accounts: {
    name: "IN_USE_ACCOUNTS",
    format: accounts,
    fallback: "",
    meaning:
      "read what is in use in these accounts too: account ids, or `organization` for all active accounts of the organization",
  },
  regions: {
    name: "IN_USE_REGIONS",
    format: regions,
    fallback: "",
    meaning:
      "read what is in use in these Regions too, in every account that is read: names, or `all` for those that an account has enabled",
  },
  role: {
    name: "IN_USE_ROLE",
    format: roleName,
    fallback: EVIDENCE_ROLE,
    meaning: "the name of the role that the program assumes in each of the other accounts",
  },
  externalId: {
    name: "IN_USE_EXTERNAL_ID",
    format: optional(externalId),
    fallback: "",
    meaning: "the external id that this role requires; empty for none",
  },
  lists: {
    name: "IN_USE_LISTS",
    format: locations,
    fallback: "",
    meaning:
      "count the references in these lists as in use too: files, or objects or prefixes in S3 as `s3://bucket/key`",
  },
  listsMaxHours: {
    name: "IN_USE_LISTS_MAX_HOURS",
    format: wholeNumber("hours", 1),
    fallback: "48",
    meaning: "stop if one of these lists is older than this many hours",
  },
  unseenPullers: {
    name: "UNSEEN_PULLERS",
    format: oneOf("skip", "ignore"),
    fallback: "skip",
    meaning:
      "`skip` repositories from which accounts may pull that this run does not read; `ignore` cleans them anyway",
    tag: "BoxCleanerUnseenPullers",
  },
  keepTaskDefinitions: {
    name: "KEEP_TASK_DEFINITIONS",
    format: wholeNumber("revisions"),
    fallback: "1",
    meaning:
      "keep images of this many of the newest ACTIVE revisions of every ECS task definition family; 0 turns it off",
  },
  store: {
    name: "STORE",
    format: optional(storeLocation),
    fallback: "",
    meaning:
      "keep what later runs need, and the reports, in `s3://bucket/prefix` or in a folder; empty for nothing",
  },
  notifyTopic: {
    name: "NOTIFY_TOPIC_ARN",
    format: optional(topicArn),
    fallback: "",
    meaning:
      "send a message to this SNS topic after each run that deletes, would delete, or fails; empty for none",
  },
  pricePerGBMonth: {
    name: "STORAGE_PRICE_PER_GB_MONTH",
    format: amount,
    fallback: "0.10",
    meaning: "US dollars for storing a GB for a month, for the reports",
  },
  concurrency: {
    name: "CONCURRENCY",
    format: optional(wholeNumber("calls", 1)),
    fallback: "",
    meaning: "make at most this many calls to each AWS service at the same time; empty for 20",
  },
  apiShare: {
    name: "API_SHARE",
    format: optional(share),
    fallback: "",
    meaning:
      "use at most this percentage of the call rates that AWS publishes; empty for all of them, and for bursts beyond them",
  },
  logLevel: {
    name: "BOX_LOG",
    format: oneOf(...LOG_LEVELS),
    fallback: "INFO",
    meaning: `log level: ${LOG_LEVELS.join(", ")}`,
    isOriginal: true,
  },
} satisfies Readonly<Record<string, Setting<unknown>>>;

/** Every environment variable that a run reads, in the order in which people look for them. */
export const SETTINGS: readonly Setting<unknown>[] = Object.values(settings);
