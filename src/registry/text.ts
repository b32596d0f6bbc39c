/**
 * An ECR reference inside any text: from the account's digits to the first letter that no reference has, or to the next
 * reference. `rest` is what says that the reference continues with something that is filled in later: `{}`, `${…}`, `<…>`, `"$x"`,
 * or a quote, an operator and a variable.
 */
const IN_TEXT =
  /(?<reference>\d{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9][a-z0-9-_]*\.[a-z0-9.-]+(?::\d+)?\/(?:(?!\d{12}\.dkr[.-]ecr)[\w./:@+-])*)(?<rest>[{$<%]|['"](?:\$|[\s)]*[&+](?!&)))?/gi;

/**
 * Finds the ECR references in a text without structure, such as an environment value. A reference that is put together
 * later, such as `…/app:{}`, is returned with `{}` at its end: it cannot be read, so its whole repository is kept.
 */
export function findReferences(text: string): string[] {
  const matches = withoutEscapes(text).matchAll(IN_TEXT);
  return [...new Set([...matches].flatMap(({ groups }) => referencesOf(groups)))];
}

/** Finds the ECR references in everything that a description says, such as environment values and commands. */
export function findReferencesIn(description: object): string[] {
  return findReferences(JSON.stringify(description));
}

/**
 * Finds the ECR references in a definition that puts texts together when it runs. There, a reference without tag and digest
 * can be the beginning of one, so its whole repository is kept.
 */
export function findReferencesInDefinition(text: string): string[] {
  return findReferences(text).map((reference) =>
    /[:@{]/.test(reference.slice(reference.indexOf("/"))) ? reference : `${reference}{}`,
  );
}

/** Finds the digests of images in a text, also in a reference that cannot be read otherwise. */
export function findDigests(text: string): readonly string[] {
  return text.match(/sha256:[0-9a-f]{64}/g) ?? [];
}

/** A text can be JSON within JSON. Some writers of JSON escape a slash, an ampersand and the like. */
function withoutEscapes(text: string): string {
  return text
    .replaceAll(/\\+u00([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCodePoint(parseInt(hex, 16)),
    )
    .replaceAll(/\\+[nrt]/g, " ")
    .replaceAll(/\\+(["'/])/g, "$1");
}

function referencesOf({ reference = "", rest }: Record<string, string | undefined> = {}): string[] {
  if (rest !== undefined) return [`${reference}{}`];
  const whole = reference.replace(/[/+][./+-]*$/, "");
  // A registry alone is no image.
  if (!whole.includes("/")) return [];
  // A tag may end in a dot, and so may a sentence.
  return [whole, whole.replace(/[.-]+$/, "")];
}
