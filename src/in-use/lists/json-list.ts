import { asError } from "../../errors.ts";
import { isTexts } from "../../json.ts";
import { ACCOUNT_ID, REGION_NAME } from "../scopes/place.ts";
import type { InUseList, ListedReference } from "./list.ts";
import { requireReference } from "./listed-reference.ts";
import { quote } from "./quote.ts";

const FORMAT = "aws-ecr-cleaner in-use list";
const VERSION = 1;

/** A list as `--in-use` prints it. */
export interface JsonList extends InUseList {
  readonly account: string;
  readonly region: string;
}

/** Writes a list as JSON, a reference a line. */
export function writeJsonList(list: JsonList): string {
  const { account, region, time, complete, sources, blindSpots, references } = list;
  const head = {
    format: FORMAT,
    version: VERSION,
    account,
    region,
    time: new Date(time).toISOString(),
    complete,
    ...(sources && { sources }),
    ...(blindSpots && { blindSpots }),
  };
  const fields = Object.entries(head).map(([name, value]) => `  "${name}": ${toJson(value)},\n`);
  const lines = references.map(({ image, place }) => {
    return `\n    ${toJson(place === undefined ? image : { image, place })}`;
  });
  const end = lines.length > 0 ? "\n  " : "";
  return `{\n${fields.join("")}  "references": [${lines.join(",")}${end}]\n}\n`;
}

function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/** Reads a list as `writeJsonList` writes it. Throws if a member is missing or wrong, and quotes it. */
export function parseJsonList(text: string): JsonList {
  const list = parseObject(text);
  const read = <Value>(name: string, { expected, parse }: Member<Value>): Value => {
    const value: unknown = Reflect.get(list, name);
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    throw new Error(`its "${name}" is ${quote(value)} and must be ${expected}`);
  };
  read("format", FORMAT_MEMBER);
  read("version", VERSION_MEMBER);
  const sources = read("sources", SOURCES);
  const blindSpots = read("blindSpots", BLIND_SPOTS);
  return {
    account: read("account", ACCOUNT),
    region: read("region", REGION),
    time: read("time", TIME),
    complete: read("complete", COMPLETE),
    references: read("references", REFERENCES).map(parseReference),
    ...(sources.length > 0 && { sources }),
    ...(blindSpots.length > 0 && { blindSpots }),
  };
}

function parseObject(text: string): object {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is damaged JSON (${asError(error).message})`, { cause: error });
  }
}

/** How a member of a list is written. */
interface Member<Value> {
  /** Completes "must be …". */
  readonly expected: string;
  /** Nothing for a value that is written otherwise. */
  readonly parse: (value: unknown) => Value | undefined;
}

const FORMAT_MEMBER = exactly(FORMAT, `"${FORMAT}"`);
const VERSION_MEMBER = exactly(VERSION, "1, the only version that this program knows");
const ACCOUNT = textLike(ACCOUNT_ID, '12 digits in quotes, such as "123456789012"');
const REGION = textLike(REGION_NAME, 'the name of an AWS Region, such as "eu-west-1"');
const TIME: Member<number> = {
  expected: 'a time in ISO 8601 with its zone, such as "2026-01-31T08:00:00Z"',
  parse: (value) => {
    const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
    const time = typeof value === "string" && isTime.test(value) ? Date.parse(value) : NaN;
    return Number.isNaN(time) ? undefined : time;
  },
};
const COMPLETE: Member<boolean> = {
  expected: "true or false",
  parse: (value) => (typeof value === "boolean" ? value : undefined),
};
const REFERENCES: Member<readonly unknown[]> = {
  expected: "a list of image references",
  parse: (value) => (Array.isArray(value) ? value : undefined),
};
/** Empty if it is missing. A maker that has read no source has not made a list. */
const SOURCES: Member<readonly string[]> = {
  expected: 'a list of sources in quotes, such as ["ecs", "lambda"], or left out',
  parse: (value) => {
    if (value === undefined) return [];
    return isFilled(value) && value.length > 0 ? value : undefined;
  },
};
const BLIND_SPOTS: Member<readonly string[]> = {
  expected: "a list of sentences in quotes, or left out",
  parse: (value = []) => (isFilled(value) ? value : undefined),
};

function isFilled(value: unknown): value is readonly string[] {
  return isTexts(value) && !value.includes("");
}

function exactly<Value>(wanted: Value, expected: string): Member<Value> {
  return { expected, parse: (value) => (value === wanted ? wanted : undefined) };
}

function textLike(pattern: RegExp, expected: string): Member<string> {
  return {
    expected,
    parse: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined),
  };
}

function parseReference(value: unknown, index: number): ListedReference {
  const where = `reference ${index + 1}`;
  const { image, place } = toParts(value);
  if (typeof image !== "string" || (place !== undefined && typeof place !== "string")) {
    throw new Error(
      `${where} is ${quote(value)} and must be an image, or {"image": …, "place": …}, all in quotes`,
    );
  }
  requireReference(image, where);
  return place === undefined ? { image } : { image, place };
}

function toParts(value: unknown): { readonly image?: unknown; readonly place?: unknown } {
  if (typeof value === "object" && value !== null) return value;
  return { image: value };
}
