import { matchesWhole } from "./wildcards.ts";

/** A part of a policy is not understood. The message quotes the part. */
export class NotUnderstoodError extends Error {
  override readonly name = "NotUnderstoodError";
}

/** A statement of a policy, as its JSON text has it. */
export interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** A principal of a statement: its type, such as `AWS` or `Service`, and its text. */
export interface Principal {
  readonly type: string;
  readonly text: string;
}

/** A condition of a statement: one of the values must fit what a request has under the key. */
export interface Condition {
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly unknown[];
}

/** Either one is enough for a part of an image. In lower case. */
const PULL_ACTIONS = ["ecr:batchgetimage", "ecr:getdownloadurlforlayer"];

const EXCLUSIVE_ELEMENTS = ["Principal", "Action", "Resource"].map(
  (element) => [element, `Not${element}`] as const,
);

const ELEMENTS: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Condition",
  ...EXCLUSIVE_ELEMENTS.flat(),
]);

/** How much of a text a message quotes. */
const MOST_QUOTED = 60;

/** Reads the statements of a policy from its JSON text. Throws NotUnderstoodError. */
export function statementsOf(policyText: string): unknown[] {
  const { Statement }: { Statement?: unknown } = asObject(parse(policyText), "the policy");
  return asList(Statement);
}

/** Reads a statement of a policy. Throws NotUnderstoodError. */
export function readStatement(statement: unknown): Statement {
  const elements = asObject(statement, '"Statement"');
  const unknown = Object.keys(elements).find((element) => !ELEMENTS.has(element));
  if (unknown !== undefined) {
    throw new NotUnderstoodError(`a statement has the element ${quote(unknown)}`);
  }
  for (const [element, opposite] of EXCLUSIVE_ELEMENTS) {
    if (element in elements && opposite in elements) {
      throw new NotUnderstoodError(`a statement has both "${element}" and "${opposite}"`);
    }
  }
  return elements;
}

/** Whether a statement lets anybody pull from the repository with this ARN. Throws NotUnderstoodError. */
export function letsPull(statement: Statement, repositoryArn: string): boolean {
  // It only takes away what other statements allow.
  if (statement.Effect === "Deny") return false;
  if (statement.Effect !== "Allow") throw wrong('"Effect"', statement.Effect);
  return hasPullAction(statement) && appliesTo(statement, repositoryArn);
}

/** Whom a statement lets do something. Conditions can narrow it. Throws NotUnderstoodError. */
export function principalsOf({ Principal, NotPrincipal }: Statement): Principal[] {
  if (Principal === "*" || NotPrincipal !== undefined) return [{ type: "AWS", text: "*" }];
  const types = Object.entries(asObject(Principal, '"Principal"'));
  if (types.length === 0) throw new NotUnderstoodError('"Principal" is empty');
  return types.flatMap(([type, texts]) =>
    asTexts(texts, `the principal ${quote(type)}`).map((text) => ({ type, text })),
  );
}

/** The conditions of a statement. A request must meet all of them. Throws NotUnderstoodError. */
export function conditionsOf({ Condition = {} }: Statement): Condition[] {
  return Object.entries(asObject(Condition, '"Condition"')).flatMap(([operator, block]) =>
    Object.entries(asObject(block, `the condition ${quote(operator)}`)).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: asList(values),
    })),
  );
}

/** A text of a policy as a message quotes it. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text);
}

function hasPullAction({ Action, NotAction }: Statement): boolean {
  if (NotAction === undefined) {
    const patterns = asTexts(Action, '"Action"');
    return PULL_ACTIONS.some((action) => isNamed(action, patterns));
  }
  const patterns = asTexts(NotAction, '"NotAction"');
  return !PULL_ACTIONS.every((action) => isNamed(action, patterns));
}

/** Whether a pattern matches an action. AWS ignores the case of actions. */
function isNamed(action: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesWhole(pattern.toLowerCase(), action));
}

function appliesTo({ Resource, NotResource }: Statement, arn: string): boolean {
  if (NotResource !== undefined) {
    return !asTexts(NotResource, '"NotResource"').some((pattern) => mustMatch(pattern, arn));
  }
  // The policy of a repository names no resource.
  if (Resource === undefined) return true;
  return asTexts(Resource, '"Resource"').some((pattern) => mayMatch(pattern, arn));
}

/**
 * Whether a pattern matches an ARN by any reading. A wildcard can match colons too, AWS adds wildcards to an ARN that lacks
 * its last parts, and a variable such as `${aws:PrincipalTag/team}` can have any value.
 */
function mayMatch(pattern: string, arn: string): boolean {
  const widest = pattern.replaceAll(/\$\{[^}]*\}/g, "*").toLowerCase();
  return [widest, `${widest}:*`].some((each) => matchesWhole(each, arn.toLowerCase()));
}

/** Whether a pattern matches an ARN by every reading: each part between colons matches. */
function mustMatch(pattern: string, arn: string): boolean {
  const parts = arn.split(":");
  const patterns = pattern === "*" ? parts.map(() => "*") : pattern.split(":");
  return (
    patterns.length === parts.length &&
    parts.every((part, i) => matchesWhole(patterns[i] ?? "", part))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NotUnderstoodError("it is not JSON", { cause });
  }
}

function asObject(value: unknown, name: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(name, value);
  return value;
}

function asTexts(value: unknown, name: string): string[] {
  const list = asList(value);
  if (list.length === 0) throw new NotUnderstoodError(`${name} is empty`);
  return list.map((text) => {
    if (typeof text !== "string") throw wrong(name, text);
    return text;
  });
}

/** A policy may have a single value in place of a list of one. */
function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function wrong(name: string, value: unknown): NotUnderstoodError {
  return new NotUnderstoodError(`${name} is ${inWords(value)}`);
}

function inWords(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
