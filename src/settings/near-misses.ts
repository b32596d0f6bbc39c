import leven from "leven";

import { ENABLED_TAG, SETTINGS } from "./settings.ts";

/** The words by which people mean one of the event's two keys. */
const EVENT_KEYS: Readonly<Record<string, readonly string[]>> = {
  dryRun: ["dryrun", "dry", "isdryrun"],
  repositories: ["repositories", "repository", "repos", "repo", "repositorynames", "reponames"],
};

/** How deep an event is searched: AWS wraps what people send once (`detail`) or twice. */
const EVENT_DEPTH = 3;

/** Typing errors in a name, at most, for it to be meant: letters missing, added or changed. */
const MAX_TYPOS = 2;

/** A name that somebody can mean, and how it reads without case and separators. */
interface Name {
  readonly name: string;
  readonly plain: string;
}

const TAGS = [ENABLED_TAG, ...SETTINGS.flatMap(({ tag }) => tag ?? [])];
const PLAIN_TAGS = TAGS.map(named);
const TAG_PREFIX = "boxcleaner";

const NAMES = SETTINGS.map(({ name }) => name);
const PLAIN_NAMES = NAMES.map(named);
const SHORT_NAMES = NAMES.map((name) => ({ name, plain: plain(name.replace(/^DEFAULT_/, "")) }));

/** Says of each environment variable that is nearly a setting which one is meant. */
export function nearMissesOfEnvironment(variables: readonly string[]): string[] {
  return variables.flatMap((variable) => {
    if (NAMES.includes(variable)) return [];
    const typed = plain(variable);
    const name =
      nearestOf(typed, PLAIN_NAMES) ??
      SHORT_NAMES.find((each) => isNearly(typed, each.plain))?.name;
    return name === undefined ? [] : [`"${variable}" is not a setting: did you mean ${name}?`];
  });
}

/** Says of each repository tag that begins like one of ours, and is none, which one is meant. */
export function nearMissesOfTags(tags: readonly string[]): string[] {
  return tags
    .filter((tag) => !TAGS.includes(tag) && plain(tag).startsWith(TAG_PREFIX))
    .map((tag) => {
      const meant = nearestOf(plain(tag), PLAIN_TAGS);
      const help = meant === undefined ? `there are ${TAGS.join(", ")}` : `did you mean ${meant}?`;
      return `Tag "${tag}" is not known: ${help}`;
    });
}

/** Says of each key of an event that means `dryRun` or `repositories`, but is written or placed otherwise, what to write. */
export function nearMissesOfEvent(event: unknown): string[] {
  if (typeof event === "string") {
    const isMeant = Object.keys(EVENT_KEYS).some((key) => plain(event).includes(plain(key)));
    return isMeant ? [`The event is the text ${JSON.stringify(event)}: send a JSON object`] : [];
  }
  return nearMissesIn(event, []);
}

function nearMissesIn(value: unknown, path: readonly string[]): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const meant = Object.keys(EVENT_KEYS).find((name) => isEventKey(key, name));
    if (meant !== undefined) {
      const isRight = path.length === 0 && key === meant;
      return isRight ? [] : [misplaced([...path, key], meant)];
    }
    return path.length + 1 < EVENT_DEPTH ? nearMissesIn(inner, [...path, key]) : [];
  });
}

function misplaced(path: readonly string[], meant: string): string {
  return `"${path.join(".")}" in the event is not known: did you mean "${meant}", at the top of the event?`;
}

function isEventKey(key: string, name: string): boolean {
  const typed = plain(key);
  return EVENT_KEYS[name]?.includes(typed) === true || isNearly(typed, plain(name));
}

/** The name that is meant: of several that are near, the nearest. */
function nearestOf(typed: string, names: readonly Name[]): string | undefined {
  const near = names.filter((name) => isNearly(typed, name.plain));
  return near.toSorted((a, b) => leven(typed, a.plain) - leven(typed, b.plain))[0]?.name;
}

function named(name: string): Name {
  return { name, plain: plain(name) };
}

/** Whether a plain text is a plain name but for a typing error or two; short names allow none. */
function isNearly(typed: string, name: string): boolean {
  const { length } = name;
  const allowed = length >= 9 ? MAX_TYPOS : length >= 6 ? 1 : 0;
  // Lengths are fast to compare, and a program can have hundreds of environment variables.
  return Math.abs(typed.length - length) <= allowed && leven(typed, name) <= allowed;
}

/** Without case and separators. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
