import { randomUUID } from "node:crypto";

import { type Members, type Place, ServiceError } from "./operation.ts";
import type { Service } from "./service.ts";
import type { Caller } from "./sessions.ts";
import type { WireAnswer } from "./wire.ts";

/** The headers that each answer of the service has. */
export function headersOf({ protocol }: Service<never>, requestId: string = randomUUID()) {
  const { contentType, requestIdHeader = "x-amzn-requestid" } = protocol;
  return { "content-type": contentType, [requestIdHeader]: requestId };
}

export function successOf(service: Service<never>, operation: string, output: Members): WireAnswer {
  const requestId = randomUUID();
  const { protocol } = service;
  const headers = { ...headersOf(service, requestId), ...protocol.headers?.(output) };
  return { status: 200, headers, body: protocol.success(operation, output, requestId) };
}

export function errorOf(service: Service<never>, error: ServiceError): WireAnswer {
  const { protocol } = service;
  const { code, status } = error;
  const requestId = randomUUID();
  const headers = {
    ...headersOf(service, requestId),
    ...(protocol.hasErrorHeader && { "x-amzn-errortype": code }),
  };
  return { status, headers, body: protocol.error(error, requestId), error: code };
}

/** The service's error for calls that come too fast. */
export function throttledBy({ throttled, protocol }: Service<never>): ServiceError {
  const { code, status } = throttled ?? protocol.throttled;
  return new ServiceError(code, "Rate exceeded", status);
}

/** The service's error for a caller whose credentials it does not take. */
export function refusedBy(
  { protocol }: Service<never>,
  problem: NonNullable<Caller["problem"]>,
): ServiceError {
  const { code, status } = protocol[problem];
  const adjective = problem === "expiredToken" ? "expired" : "invalid";
  const message = `The security token included in the request is ${adjective}`;
  return new ServiceError(code, message, status);
}

/** The service's error for a call that no policy allows. */
export function deniedBy(
  { denied, protocol, resourceOf }: Service<never>,
  action: string,
  place: Place,
  input: Members,
  { arn }: Caller,
): ServiceError {
  const { code, status } = denied ?? protocol.denied;
  const resource = resourceOf?.(place, input) ?? "*";
  return new ServiceError(
    code,
    `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}` +
      ` because no identity-based policy allows the ${action} action`,
    status,
  );
}
