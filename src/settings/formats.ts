import { ACCOUNT_ID, REGION_NAME } from "../in-use/scopes/place.ts";
import { type StoreLocation, parseLocation } from "../store/location.ts";

/** How the value of a setting is written, in an environment variable or in a repository's tag. */
export interface Format<Value> {
  /** The values that it takes, to complete "must be …". */
  readonly expected: string;
  /** Nothing for a text that is written otherwise. */
  readonly parse: (text: string) => { readonly value: Value } | undefined;
}

/** Digits and nothing else, from `min` to `max`: `-1`, `1.5`, `7d` and the empty text are no whole numbers. */
export function wholeNumber(unit: string, min = 0, max = Infinity): Format<number> {
  const range = max === Infinity ? `, ${min} or more` : ` from ${min} to ${max}`;
  return {
    expected: `a whole number of ${unit}${range}`,
    parse: (text) => {
      const value = /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : -1;
      return value < min || value > max ? undefined : { value };
    },
  };
}

/** A whole number from 0 to 100. */
export const percentage: Format<number> = {
  expected: "a whole number from 0 to 100",
  parse: (text) => {
    const value = /^\d{1,3}$/.test(text) ? Number(text) : 101;
    return value > 100 ? undefined : { value };
  },
};

/** A percentage from 1 to 100, as a share from 0.01 to 1. */
export const share: Format<number> = {
  expected: "a whole number from 1 to 100",
  parse: (text) => {
    const percent = percentage.parse(text)?.value ?? 0;
    return percent === 0 ? undefined : { value: percent / 100 };
  },
};

/** An amount of money, such as `0.10`. */
export const amount: Format<number> = {
  expected: "a number such as 0.10, 0 or more",
  parse: (text) => (/^\d+(?:\.\d+)?$/.test(text) ? { value: Number(text) } : undefined),
};

/** Beginnings of image tags, separated by spaces: the tag of a repository takes no wildcards, as AWS allows no `*` in its value. */
export const tagPrefixes = listOf("prefixes of image tags, separated by spaces", /^[\w.-]{1,128}$/);

/** Beginnings of image tags, or whole tags with the wildcards `*` and `?`, separated by spaces. */
export const tagPatterns = listOf(
  "prefixes of image tags, or whole tags with * and ?, separated by spaces",
  /^[\w.*?-]{1,128}$/,
);

/** Words separated by spaces; none is allowed. */
function listOf(expected: string, word: RegExp): Format<readonly string[]> {
  return {
    expected,
    parse: (text) => {
      const value = text.split(/\s+/).filter(Boolean);
      return value.every((each) => word.test(each)) ? { value } : undefined;
    },
  };
}

/** One of some words, in any case. */
export function oneOf<Word extends string>(...words: readonly Word[]): Format<Word> {
  return {
    expected: `one of ${words.join(", ")}`,
    parse: (text) => {
      const value = words.find((word) => word.toLowerCase() === text.toLowerCase());
      return value === undefined ? undefined : { value };
    },
  };
}

/** Some of the ids given, separated by spaces or commas, or `all`. */
export function idsOf(known: readonly string[]): Format<readonly string[]> {
  return {
    expected: `all, or some of ${known.join(", ")}, separated by spaces or commas`,
    parse: (text) => {
      const ids = wordsOf(text.toLowerCase());
      if (ids.length === 1 && ids[0] === "all") return { value: known };
      const isKnown = ids.length > 0 && ids.every((id) => known.includes(id));
      return isKnown ? { value: known.filter((id) => ids.includes(id)) } : undefined;
    },
  };
}

/** AWS account ids of 12 digits, separated by spaces or commas, or the word `organization`. None is allowed. */
export const accounts: Format<readonly string[] | "organization"> = {
  expected: "account ids of 12 digits, separated by spaces or commas, or organization",
  parse: (text) =>
    text.trim().toLowerCase() === "organization"
      ? { value: "organization" }
      : wordsLike(ACCOUNT_ID, text),
};

/** Names of AWS Regions, separated by spaces or commas, or the word `all`. None is allowed. */
export const regions: Format<readonly string[] | "all"> = {
  expected: "names of AWS Regions such as us-east-1, separated by spaces or commas, or all",
  parse: (text) =>
    text.trim().toLowerCase() === "all" ? { value: "all" } : wordsLike(REGION_NAME, text),
};

/** Words separated by spaces or commas. */
function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function wordsLike(word: RegExp, text: string): { readonly value: readonly string[] } | undefined {
  const value = wordsOf(text);
  return value.every((each) => word.test(each)) ? { value } : undefined;
}

/** Where the store is. */
export const storeLocation: Format<StoreLocation> = {
  expected: "s3://bucket/prefix or the path of a folder",
  parse: (text) => {
    const value = parseLocation(text);
    return value && { value };
  },
};

/** Files, folders, and objects or prefixes in S3, separated by spaces or commas. None is allowed. */
export const locations: Format<readonly StoreLocation[]> = {
  expected: "paths of files or s3://bucket/key, separated by spaces or commas",
  parse: (text) => {
    const words = wordsOf(text);
    const value = words.flatMap((word) => parseLocation(word) ?? []);
    return value.length === words.length ? { value } : undefined;
  },
};

/** A topic that takes messages in any order: one whose name ends in `.fifo` asks for more than this program sends. */
export const topicArn: Format<string> = {
  expected: "the ARN of a standard SNS topic",
  parse: (text) =>
    /^arn:aws[\w-]*:sns:[a-z\d-]+:\d{12}:[\w-]{1,256}$/.test(text) ? { value: text } : undefined,
};

/** The name of an IAM role, with its path if it has one: no ARN, which names one account. */
export const roleName: Format<string> = {
  expected: "the name of an IAM role, not its ARN",
  parse: (text) => (/^(?!\/)[\w+=,.@/-]{1,576}(?<!\/)$/.test(text) ? { value: text } : undefined),
};

/** What a role can ask for before it is assumed (API limit: 2 to 1,224 characters). */
export const externalId: Format<string> = {
  expected: "an external id of 2 to 1224 letters, digits and + = , . @ : / - _",
  parse: (text) => (/^[\w+=,.@:/-]{2,1224}$/.test(text) ? { value: text } : undefined),
};

/** The two words, in lower case and nothing else: `False`, `0` and the empty text are neither. */
export const exactBoolean: Format<boolean> = {
  expected: "exactly false or true",
  parse: (text) => (/^(?:false|true)$/.test(text) ? { value: text === "true" } : undefined),
};

/** A format that also takes the empty text, for nothing. */
export function optional<Value>({ expected, parse }: Format<Value>): Format<Value | undefined> {
  return {
    expected: `${expected}, or empty`,
    parse: (text) => (text === "" ? { value: undefined } : parse(text)),
  };
}
