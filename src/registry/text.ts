/** An ECR reference inside any text: from the account's digits to the first letter that no reference has. */
const IN_TEXT =
  /\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9][a-z0-9-_]*\.[a-z0-9.-]+(?::\d+)?\/[\w./:@+-]*/gi;

/** Finds the ECR references in a text without structure, such as a definition or an environment value. */
export function findReferences(text: string): string[] {
  // A sentence's end is no part of a reference.
  return (text.match(IN_TEXT) ?? []).map((reference) => reference.replace(/[./:@+-]+$/, ""));
}

/** Finds the ECR references in everything that a description says, such as environment values, commands and definitions. */
export function findReferencesIn(description: object): string[] {
  // A string can be JSON itself, whose writer may have escaped slashes.
  return findReferences(JSON.stringify(description).replaceAll(/\\+\//g, "/"));
}
