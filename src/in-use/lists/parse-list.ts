import { parseJsonList } from "./json-list.ts";
import type { InUseList } from "./list.ts";
import { parsePlainList } from "./plain-list.ts";

/**
 * Reads a list: JSON if it begins with `{`, otherwise a reference a line. The message of what it throws continues "The list cannot be used: ".
 *
 * @param modifiedAt the time of a plain list, in milliseconds since the epoch
 */
export function parseList(bytes: Uint8Array, modifiedAt: number): InUseList {
  const text = decode(bytes);
  return text.trimStart().startsWith("{") ? parseJsonList(text) : parsePlainList(text, modifiedAt);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is no text in UTF-8", { cause });
  }
}
