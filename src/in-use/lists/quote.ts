const MAX_LENGTH = 200;

/** A value from a list as JSON, cut to what a message can show. */
export function quote(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}
