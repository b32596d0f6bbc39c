/**
 * Whether a pattern matches a whole text: `*` stands for any number of characters, none included, and `?` for exactly one.
 * Takes the first place where each part fits, and never goes back: no pattern is slow.
 */
export function matchesWhole(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return text.length === first.length && fits(first, text, 0);

  const end = text.length - last.length;
  let from = first.length;
  if (from > end || !fits(first, text, 0) || !fits(last, text, end)) return false;
  for (const part of others) {
    while (!fits(part, text, from)) {
      from += 1;
      if (from > end) return false;
    }
    from += part.length;
  }
  return from <= end;
}

/** Whether a part without `*` matches the text from a place on. */
function fits(part: string, text: string, from: number): boolean {
  for (let i = 0; i < part.length; i += 1) {
    if (part[i] === "?" ? from + i >= text.length : part[i] !== text[from + i]) return false;
  }
  return true;
}
