/** The ECR references in every text that a value holds, however deep; a text can be JSON whose writer escaped slashes. */
export function referencesIn(value: unknown): string[] {
  return textsIn(value).flatMap((text) =>
    [...text.replaceAll(/\\+\//g, "/").matchAll(/\d{12}\.dkr[.-]ecr[^\s"'\\,]*/gi)].map(
      ([reference]) => reference,
    ),
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
