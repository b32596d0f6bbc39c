import { AwsCallError } from "../aws/calls.ts";
import { SourceError, codeOf } from "../errors.ts";
import { TASK_DEFINITIONS } from "./sources/index.ts";
import type { Source } from "./sources/source.ts";

/**
 * A source of evidence that could not be read to its end in one place, an account of which nothing could be read, or a list that
 * cannot be used.
 */
export interface Unread {
  /** The account, or the account and the Region; missing for a list, and if the run reads one place alone. */
  readonly place?: string | undefined;
  /** Missing for a list, and if no source of the account could be read. */
  readonly source?: Source;
  readonly error: Error;
  /** What to do, where the error does not say it. */
  readonly advice?: string;
}

/** With these codes AWS refuses every call in a Region that the account has not enabled. */
const REFUSED = new Set(["UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired"]);

/**
 * The messages about everything that could not be read: one for all that the role may not read, so that an update that
 * needs several new permissions names all of them in its first run. What fails for the same reason in many places has one
 * message, which names all of them.
 *
 * @param all the sources of the scan
 */
export function explainUnread(unread: readonly Unread[], all: readonly Source[]): SourceError[] {
  const problems = groupBy(unread, ({ place }) => place).flatMap(problemsOf);
  return groupBy(problems, reasonOf).map((alike) => {
    const [problem = []] = alike;
    const text = `${describePlaces(alike)}${describe(problem)}${describeOthers(alike)}${leaveOut(problem, all)}`;
    return new SourceError(
      text,
      alike.flatMap((each) => each.map(({ error }) => error)),
    );
  });
}

/** Items that have the same key together, in the order in which the keys appear. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Everything in one place that one message says. */
type Problem = readonly Unread[];

function problemsOf(unread: readonly Unread[]): Problem[] {
  return groupBy(unread, kindOf).flatMap((alike) =>
    kindOf(alike[0]) === "other" ? alike.map((each) => [each]) : [alike],
  );
}

function kindOf(unread: Unread | undefined): "refused" | "denied" | "other" {
  if (unread?.source === undefined) return "other";
  const { place, error } = unread;
  if (place !== undefined && REFUSED.has(codeOf(error))) return "refused";
  return error instanceof AwsCallError && error.isDenied ? "denied" : "other";
}

/** The same for problems of different places that have the same cause. */
function reasonOf(problem: Problem): string {
  if (isRefused(problem)) return "refused";
  return problem.map(causeOf).toSorted().join();
}

function causeOf({ source, error }: Unread): string {
  const cause = error instanceof AwsCallError ? `${error.action} ${error.code}` : error.message;
  return `${source?.id} ${cause}`;
}

function isRefused(problem: Problem): boolean {
  return kindOf(problem[0]) === "refused";
}

function describePlaces(problems: readonly Problem[]): string {
  const places = problems.flatMap(([unread]) => unread?.place ?? []);
  return places.length === 0 ? "" : `In ${places.join(", ")}: `;
}

function describe(problem: Problem): string {
  const messages = problem.map(({ error, advice }) =>
    advice === undefined ? error.message : `${error.message}; ${advice}`,
  );
  if (isRefused(problem)) {
    return `AWS refuses the account's credentials in this Region, as in one that the account has not enabled: ${messages[0]}`;
  }
  // Two sources can share a call.
  const failures = [...new Set(messages)];
  if (problem.every(({ error }) => error instanceof AwsCallError && error.isDeniedByOrganization)) {
    const regions =
      problem[0]?.place === undefined
        ? ""
        : ", or name only Regions that it allows in IN_USE_REGIONS (see docs/organizations.md)";
    return `${failures.join("; ")}${regions}`;
  }
  const missing = failures.length > 1 ? `${nameStatements(problem)}. ` : "";
  return `${missing}${failures.join("; ")}`;
}

/** What failed alike in the other places, if it is called otherwise than in the first place: each may need a step of its own. */
function describeOthers([first = [], ...others]: readonly Problem[]): string {
  if (isRefused(first)) return "";
  const known = new Set(first.map(({ error }) => resourceOf(error)));
  const named = others.flat().flatMap(({ place, source, error }) => {
    const resource = resourceOf(error);
    if (source === undefined || resource === undefined || known.has(resource)) return [];
    return `${resource} in ${place}`;
  });
  return named.length > 0 ? `; the same for ${[...new Set(named)].join(", ")}` : "";
}

function resourceOf(error: Error): string | undefined {
  return error instanceof AwsCallError ? error.resource : undefined;
}

function nameStatements(denied: Problem): string {
  const statements = denied.flatMap(({ source, error }) => {
    const all = [...(source?.statements ?? []), TASK_DEFINITIONS];
    const isNeeded = ({ Action }: { readonly Action: readonly string[] }) =>
      error instanceof AwsCallError && Action.includes(error.action);
    return all.find(isNeeded)?.Sid ?? [];
  });
  const names = [...new Set(statements)].join(", ");
  return `The role may not read ${denied.length} sources of evidence. Add these statements of iam-policy.json to its policy: ${names}`;
}

function leaveOut(problem: Problem, all: readonly Source[]): string {
  if (isRefused(problem)) {
    return "; enable the Region there, or name only enabled Regions in IN_USE_REGIONS (all: those that each account has enabled)";
  }
  const sources = problem.flatMap(({ source }) => source ?? []);
  const others = all.filter((source) => !sources.includes(source));
  if (sources.length === 0 || others.length === 0) return "";
  const titles = sources.map(({ title }) => title).join(", ");
  const [use, them] = sources.length > 1 ? ["use", "them"] : ["uses", "it"];
  const ids = others.map(({ id }) => id).join(" ");
  return `; if ${titles} ${use} no image of this registry, leave ${them} out: IN_USE_SOURCES="${ids}"`;
}
