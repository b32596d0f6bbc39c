import { AwsCallError } from "../aws/calls.ts";
import { SourceError } from "../errors.ts";
import { TASK_DEFINITIONS } from "./sources/index.ts";
import type { Source } from "./sources/source.ts";

/** A source of evidence that could not be read to its end. */
export interface Unread {
  readonly source: Source;
  readonly error: Error;
}

/**
 * What to tell people about sources that could not be read: one error each, but only one for all that the role may not read.
 * So an update that needs several new permissions names all of them in its first run.
 *
 * @param all the sources of the scan
 */
export function explainUnread(unread: readonly Unread[], all: readonly Source[]): SourceError[] {
  const denied = unread.filter(({ error }) => error instanceof AwsCallError && error.isDenied);
  const groups =
    denied.length > 1
      ? [denied, ...unread.filter((each) => !denied.includes(each)).map((each) => [each])]
      : unread.map((each) => [each]);
  return groups.map((group) => {
    const causes = group.map(({ error }) => error);
    const missing = group.length > 1 ? `${nameStatements(group)}. ` : "";
    const failures = causes.map(({ message }) => message).join("; ");
    return new SourceError(`${missing}${failures}${leaveOut(group, all)}`, causes);
  });
}

function nameStatements(denied: readonly Unread[]): string {
  const statements = denied.flatMap(({ source, error }) => {
    const all = [...source.statements, TASK_DEFINITIONS];
    const isNeeded = ({ Action }: { readonly Action: readonly string[] }) =>
      error instanceof AwsCallError && Action.includes(error.action);
    return all.find(isNeeded)?.Sid ?? [];
  });
  const names = [...new Set(statements)].join(", ");
  return `The role may not read ${denied.length} sources of evidence. Add these statements of iam-policy.json to its policy: ${names}`;
}

function leaveOut(group: readonly Unread[], all: readonly Source[]): string {
  const others = all.filter((source) => group.every((each) => each.source !== source));
  if (others.length === 0) return "";
  const ids = others.map(({ id }) => id).join(" ");
  const [them, it] = group.length > 1 ? ["these services", "them"] : ["it", "it"];
  return `; if nothing of ${them} uses images of this registry, leave ${it} out: IN_USE_SOURCES="${ids}"`;
}
