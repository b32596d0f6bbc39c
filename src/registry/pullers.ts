import {
  type Condition,
  NotUnderstoodError,
  type Principal,
  conditionsOf,
  letsPull,
  principalsOf,
  quote,
  readStatement,
  statementsOf,
} from "./policy-statement.ts";
import { type Puller, distinctPullers, widthOf } from "./puller.ts";

/** Whose use of images is read. */
export interface KnownPullers {
  readonly accounts: ReadonlySet<string>;
  /** The id of an organization all of whose accounts are read. */
  readonly organization?: string | undefined;
}

const ACCOUNT = /^(\d{12})$/;
const ORGANIZATION = /^(o-[a-z0-9]{10,32})$/;
const PATH = /^(o-[a-z0-9]{10,32})\//;
const ARN = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;

/** In a text, a wildcard matches colons too. After one, twelve digits can be part of a name in another account. */
const ARN_AS_TEXT = /^arn:[^:*?]*:[^:*?]*:[^:*?]*:(\d{12}):/;

const CALLER =
  /^arn:[a-z0-9-]+:(?:iam|sts)::(\d{12}):(?:root$|(?:role|user|assumed-role|federated-user)\/)/;
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** The operators that name what passes, and that no request without the key passes. */
const NARROWING_OPERATOR =
  /^(?:ForAnyValue:)?(?:StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

/** By key, the reader of a condition's values. */
const NARROWING_KEYS: ReadonlyMap<string, (text: string, operator: string) => Puller | undefined> =
  new Map([
    ["aws:principalaccount", readAccount],
    ["aws:principalarn", readArn],
    ["aws:principalorgid", readOrganization],
    ["aws:principalorgpaths", readPath],
    ["aws:sourceaccount", readAccount],
    ["aws:sourcearn", readArn],
    ["aws:sourceorgid", readOrganization],
  ]);

/**
 * Finds those who may pull from a repository by a policy, and whose use of images is not read. The policy is that of the
 * repository or of its registry. What is not understood counts as everybody. The widest come first. Never throws.
 */
export function unseenPullers(
  policyText: string,
  repositoryArn: string,
  known: KnownPullers,
): Puller[] {
  const pullers = everybodyIfUnclear(() =>
    statementsOf(policyText).flatMap((statement) =>
      everybodyIfUnclear(() => unseenBy(statement, repositoryArn, known)),
    ),
  );
  return distinctPullers(pullers);
}

function everybodyIfUnclear(read: () => Puller[]): Puller[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NotUnderstoodError)) throw error;
    return [{ kind: "unknown", what: error.message }];
  }
}

function unseenBy(value: unknown, repositoryArn: string, known: KnownPullers): Puller[] {
  const statement = readStatement(value);
  if (!letsPull(statement, repositoryArn)) return [];
  const conditions = conditionsOf(statement);
  return principalsOf(statement).flatMap((principal) =>
    unseenIn(boundsOf(toPuller(principal), conditions), known),
  );
}

/** Each bound includes all who pull, so it is enough if one bound is known. If none is, the narrowest says most. */
function unseenIn(bounds: readonly Puller[][], known: KnownPullers): Puller[] {
  const unseen = bounds
    .toSorted((a, b) => widthOfAll(a) - widthOfAll(b) || a.length - b.length)
    .map((bound) => bound.filter((puller) => !isKnown(puller, known)));
  return unseen.some(({ length }) => length === 0) ? [] : (unseen[0] ?? []);
}

function widthOfAll(bound: readonly Puller[]): number {
  return Math.max(...bound.map(widthOf));
}

function isKnown(puller: Puller, { accounts, organization }: KnownPullers): boolean {
  if (puller.kind === "account") return accounts.has(puller.id);
  return puller.kind === "organization" && puller.id === organization;
}

/** The principal itself, and those whom each narrowing condition names. */
function boundsOf(principal: Puller, conditions: readonly Condition[]): Puller[][] {
  const narrowing = conditions.filter(({ key }) => isAbout(key, principal));
  return [[principal], ...narrowing.flatMap(boundOf)];
}

/**
 * Whether a condition's key narrows a principal. AWS promises `aws:Source…` for the requests of services only, and these have
 * no `aws:Principal…` of a customer. So "everybody", which includes services, is narrowed by `aws:Principal…` alone.
 */
function isAbout(key: string, { kind }: Puller): boolean {
  if (kind === "unknown") return false;
  return key.startsWith(kind === "service" ? "aws:source" : "aws:principal");
}

/** Those whom a condition names; none if it does not narrow, or if one of its values can name anybody. */
function boundOf({ operator, key, values }: Condition): [Puller[]] | [] {
  const read = NARROWING_KEYS.get(key);
  if (read === undefined || !NARROWING_OPERATOR.test(operator)) return [];
  const pullers = values.flatMap((value) =>
    typeof value === "string" ? (read(value, operator) ?? []) : [],
  );
  return pullers.length > 0 && pullers.length === values.length ? [pullers] : [];
}

function toPuller({ type, text }: Principal): Puller {
  const puller =
    type === "Service" ? readService(text) : type === "AWS" ? readCaller(text) : undefined;
  return puller ?? { kind: "unknown", what: `the principal ${quote(type)}: ${quote(text)}` };
}

function readService(text: string): Puller | undefined {
  return SERVICE.test(text) ? { kind: "service", name: text } : undefined;
}

function readCaller(text: string): Puller | undefined {
  if (text === "*") return { kind: "everybody" };
  return readAccount(text) ?? readId("account", CALLER, text);
}

function readAccount(text: string): Puller | undefined {
  return readId("account", ACCOUNT, text);
}

function readArn(text: string, operator: string): Puller | undefined {
  return readId("account", operator.includes("Arn") ? ARN : ARN_AS_TEXT, text);
}

function readOrganization(text: string): Puller | undefined {
  return readId("organization", ORGANIZATION, text);
}

function readPath(text: string): Puller | undefined {
  return readId("organization", PATH, text);
}

function readId(
  kind: "account" | "organization",
  pattern: RegExp,
  text: string,
): Puller | undefined {
  const id = pattern.exec(text)?.[1];
  return id === undefined ? undefined : { kind, id };
}
