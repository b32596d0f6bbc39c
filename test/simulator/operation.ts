import type { Caller, Sessions } from "./sessions.ts";
import type { World } from "./world.ts";

/** A request's or an answer's members, as the service's JSON has them. */
export type Members = Record<string, any>;

/** The account and the Region that ARNs name. */
export interface Place {
  readonly id: string;
  readonly region: string;
}

/** What an operation can know beside the place that it is asked in. */
interface Surroundings<State> {
  readonly world: World<Place & State>;
  readonly caller: Caller;
  readonly sessions: Sessions;
  /** Whether the caller may make another call in the same place. */
  readonly isAllowed: (action: string, input: Members) => boolean;
}

/** One operation of a simulated service: answers a request from the service's state, and may change it. */
export type Operation<State> = (
  account: Place & State,
  input: Members,
  surroundings: Surroundings<State>,
) => Members;

/** An error as a service answers it. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Refuses what the service refuses: a number of items or a page size out of its limits. */
export function requireRange(
  name: string,
  value: number,
  min: number,
  max: number,
  code = "InvalidParameterException",
): void {
  if (value >= min && value <= max) return;
  throw new ServiceError(code, `${name} must be ${min} to ${max}, is ${value}`);
}

/** The token of the page that begins at a position. */
export function tokenOf(position: number): string {
  return Buffer.from(String(position)).toString("base64");
}

/** One page of items. */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
): { items: Item[]; nextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64").toString());
  if (!Number.isInteger(start)) throw new ServiceError("InvalidParameterException", "bad token");
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: tokenOf(end) }),
  };
}

/** The last part of an ARN, which names the resource; a bare name stays. */
export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** An AWS timestamp: seconds since the epoch. */
export function timestamp(date: Date | undefined): number | undefined {
  return date === undefined ? undefined : date.getTime() / 1000;
}

/** A part of the account's state, created from the plain record that a test gives. */
export function mapOf<Part, Result>(
  parts: Record<string, Part> | undefined,
  create: (part: Part, name: string) => Result,
): Map<string, Result> {
  return new Map(Object.entries(parts ?? {}).map(([name, part]) => [name, create(part, name)]));
}
