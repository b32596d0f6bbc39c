import { matchesWhole } from "../registry/wildcards.ts";

/**
 * Whether a word of `DEFAULT_KEEP_TAGS` matches a tag: a word without `*` and `?` matches the beginning of a tag. A word with
 * them matches a whole tag: `*` stands for any number of characters, none included, and `?` for exactly one. Pure.
 */
export function matchesTag(word: string, tag: string): boolean {
  return /[*?]/.test(word) ? matchesWhole(word, tag) : tag.startsWith(word);
}
