/**
 * A text from elsewhere, such as a tag, an ARN or a message of AWS, as a terminal may print it: without control characters,
 * which could move the cursor or hide what was printed.
 */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "�");
}
