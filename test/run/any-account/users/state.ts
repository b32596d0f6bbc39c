/** Adds what one part of an account has to the same part of another: maps and objects member by member. */
export function addState(to: unknown, from: unknown): void {
  if (to instanceof Map && from instanceof Map) {
    for (const [key, value] of from) {
      if (to.has(key)) addState(to.get(key), value);
      else to.set(key, value);
    }
  } else if (to instanceof Set && from instanceof Set) {
    for (const value of from) to.add(value);
  } else if (isObject(to) && isObject(from)) {
    for (const [name, value] of Object.entries(from)) addState(to[name], value);
  }
}

/** Removes from a part of an account what has a word in its name. */
export function removeState(part: unknown, word: string): void {
  if (part instanceof Map) {
    for (const [name, value] of part) {
      if (name.includes(word)) part.delete(name);
      else removeState(value, word);
    }
  } else if (isObject(part)) {
    for (const value of Object.values(part)) removeState(value, word);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
