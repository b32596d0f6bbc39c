import type { Pluggable } from "@smithy/types";

import { asError } from "../errors.ts";
import type { AwsClock } from "./clock.ts";
import { operationIn, operationOf } from "./operation.ts";

/**
 * The calls that a client makes, by their names in IAM policies (`ecs:ListClusters`), each with the members that every
 * answer has: nested ones as `taskDefinition.containerDefinitions`, at least one of two as `images|failures`.
 */
export type Answers = Readonly<Record<string, readonly string[]>>;

/** An answer that says nothing: a list is missing, or it is not from AWS. The SDK repeats the call. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswer";
  /** The SDK reads here whether to retry. */
  readonly $retryable = { throttling: false };
  readonly $metadata: { readonly httpStatusCode: number | undefined };

  constructor(message: string, httpStatusCode?: number, cause?: unknown) {
    super(message, { cause });
    this.$metadata = { httpStatusCode };
  }
}

/** What the SDK shows of an answer before it reads the body. */
interface RawAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Node's code for a host name that does not resolve. */
const UNRESOLVED = "ENOTFOUND";

/** The host name of the service itself does not resolve, and has not before: as in a Region without the service. */
export class NoSuchHostError extends Error {
  readonly code = UNRESOLVED;
}

/**
 * Lets an answer through only if it is one: complete, and from AWS. An answer without its list must never pass for an
 * empty list. Only the host name of the service itself, as long as it has never resolved, means a Region without the service.
 * Also notes the time that each answer carries.
 *
 * @param hosts the names of the hosts that have answered, to any client
 */
export function requireAnswers<Input extends object, Output extends object>(
  answers: Answers,
  clock: AwsClock,
  hosts: Set<string>,
): Pluggable<Input, Output> {
  const members = new Map(
    Object.entries(answers).map(([action, required]) => [operationOf(action), required]),
  );
  const throwUnresolved = (error: unknown, request: unknown): never => {
    if (memberOf(error, "code") !== UNRESOLVED) throw error;
    const host = String(memberOf(error, "hostname"));
    const isOwn = host === memberOf(request, "hostname");
    if (isOwn && !hosts.has(host))
      throw new NoSuchHostError(asError(error).message, { cause: error });
    throw new NoAnswerError(`the host name ${host} does not resolve`, undefined, error);
  };
  return {
    applyToStack: (stack) => {
      stack.add(
        (next, context) => async (args) => {
          const operation = operationIn(context);
          const required = members.get(operation);
          if (required === undefined) throw new Error(`No answer is declared for ${operation}`);
          const result = await next(args).catch(throwUnreadable);
          const lacking = required.find((member) => !hasMember(result.output, member));
          if (lacking === undefined) return result;
          const { statusCode } = rawAnswer(result.response);
          throw new NoAnswerError(`the answer lacks "${lacking}"`, statusCode);
        },
        // After the retry middleware, so that the SDK repeats the call.
        { step: "finalizeRequest", priority: "low", name: "requireAnswers" },
      );
      stack.add(
        (next) => async (args) => {
          const result = await next(args).catch((error: unknown) =>
            throwUnresolved(error, args.request),
          );
          hosts.add(String(memberOf(args.request, "hostname")));
          clock.note(rawAnswer(result.response).headers?.["date"]);
          return result;
        },
        // Before the SDK reads the body, which it may not be able to.
        { step: "deserialize", priority: "low", name: "noteTime" },
      );
    },
  };
}

/** A body that the SDK cannot parse was cut on its way, or is not from AWS, such as the page of a proxy. */
function throwUnreadable(error: unknown): never {
  if (!(error instanceof SyntaxError)) throw error;
  const { statusCode, headers } = rawAnswer(memberOf(error, "$response"));
  const isPage = /html/i.test(headers?.["content-type"] ?? "");
  throw new NoAnswerError(
    isPage
      ? "the answer is an HTML page, not an answer of AWS: is there a proxy?"
      : "the answer is cut or not from AWS",
    statusCode,
    error,
  );
}

function rawAnswer(response: unknown): RawAnswer {
  return response ?? {};
}

function hasMember(output: unknown, member: string): boolean {
  return member.split("|").some((path) => memberOf(output, path) !== undefined);
}

function memberOf(output: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (part, name) =>
        typeof part === "object" && part !== null ? Reflect.get(part, name) : undefined,
      output,
    );
}
