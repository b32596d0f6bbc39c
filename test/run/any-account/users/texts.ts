/** A reference as a text has it: alone, in a command, in JSON, or as a text that is completed later. */
const WORDINGS = {
  alone: (reference) => reference,
  command: (reference) => `run --image=${reference} --verbose`,
  json: (reference) => JSON.stringify({ image: reference }),
  "escaped json": (reference) => JSON.stringify({ image: reference }).replaceAll("/", "\\/"),
  "completed later": (_, name) => `{% '${name}:' & $tag %}`,
} satisfies Record<string, (reference: string, name: string) => string>;

export type Wording = keyof typeof WORDINGS;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names of an object's own members
export const NAMES_OF_WORDINGS = Object.keys(WORDINGS) as Wording[];

/** @param name the reference without tag and digest */
export function textWith(wording: Wording, reference: string, name: string): string {
  return WORDINGS[wording](reference, name);
}
