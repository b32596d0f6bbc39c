/** The name of a resource, for people: `main/web` of `arn:…:service/main/web`. Every other text is returned as it is. */
export function nameInArn(text: string): string {
  return /^arn:(?:[^:]*:){4}[\w-]+[/:](?<name>.+)$/.exec(text)?.groups?.["name"] ?? text;
}
