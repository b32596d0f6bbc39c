/**
 * Whether a word of `DEFAULT_KEEP_TAGS` matches a tag: a word without `*` and `?` matches the beginning of a tag. A word with
 * them matches a whole tag: `*` stands for any number of characters, none included, and `?` for exactly one. Pure.
 */
export function matchesTag(word: string, tag: string): boolean {
  return /[*?]/.test(word) ? matchesWhole(word, tag) : tag.startsWith(word);
}

/** Takes the first place where each part fits, and never goes back: no pattern is slow. */
function matchesWhole(pattern: string, tag: string): boolean {
  const [first = "", ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return tag.length === first.length && fits(first, tag, 0);

  const end = tag.length - last.length;
  let from = first.length;
  if (from > end || !fits(first, tag, 0) || !fits(last, tag, end)) return false;
  for (const part of others) {
    while (!fits(part, tag, from)) {
      from += 1;
      if (from > end) return false;
    }
    from += part.length;
  }
  return from <= end;
}

/** Whether a part without `*` matches the tag from a place on. */
function fits(part: string, tag: string, from: number): boolean {
  for (let i = 0; i < part.length; i += 1) {
    if (part[i] === "?" ? from + i >= tag.length : part[i] !== tag[from + i]) return false;
  }
  return true;
}
