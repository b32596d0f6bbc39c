/**
 * An ECR reference inside any text: from the account's digits to the first letter that no reference has. `rest` is what says
 * that the reference goes on with something that is put in later: `{}`, `${…}`, `<…>`, or `' &` and a variable.
 */
const IN_TEXT =
  /(?<reference>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9][a-z0-9-_]*\.[a-z0-9.-]+(?::\d+)?\/[\w./:@+-]*)(?<rest>[{$<%]|\\?['"]\s*[&+](?!&))?/gi;

/**
 * Finds the ECR references in a text without structure, such as a definition or an environment value. A reference that is
 * put together later, such as `…/app:{}`, is returned with `{}` at its end: it cannot be read, so its whole repository
 * stays.
 */
export function findReferences(text: string): string[] {
  // Some writers of JSON escape a slash.
  const matches = text.replaceAll(/\\+\//g, "/").matchAll(IN_TEXT);
  return [...new Set([...matches].flatMap(({ groups }) => referencesOf(groups)))];
}

function referencesOf({ reference = "", rest }: Record<string, string | undefined> = {}): string[] {
  if (rest !== undefined) return [`${reference}{}`];
  const whole = reference.replace(/[/+][./+-]*$/, "");
  // A registry alone is no image.
  if (!whole.includes("/")) return [];
  // A tag may end in a dot, and so may a sentence.
  return [whole, whole.replace(/[.-]+$/, "")];
}

/** Finds the ECR references in everything that a description says, such as environment values, commands and definitions. */
export function findReferencesIn(description: object): string[] {
  // A string can be JSON itself, whose writer may have escaped slashes.
  return findReferences(JSON.stringify(description).replaceAll(/\\+\//g, "/"));
}
