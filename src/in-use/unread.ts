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
 * The messages about sources that could not be read: one error each, but only one for all that the role may not read.
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
    // Two sources can share a call.
    const failures = [...new Set(causes.map(({ message }) => message))];
    const missing = failures.length > 1 ? `${nameStatements(group)}. ` : "";
    return new SourceError(`${missing}${failures.join("; ")}${leaveOut(group, all)}`, causes);
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
  const sources = group.map(({ source }) => source);
  const others = all.filter((source) => !sources.includes(source));
  if (others.length === 0) return "";
  const titles = sources.map(({ title }) => title).join(", ");
  const [use, them] = sources.length > 1 ? ["use", "them"] : ["uses", "it"];
  const ids = others.map(({ id }) => id).join(" ");
  return `; if ${titles} ${use} no image of this registry, leave ${them} out: IN_USE_SOURCES="${ids}"`;
}
