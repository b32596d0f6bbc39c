import { randomUUID } from "node:crypto";

import { type Members, type Place, ServiceError } from "./operation.ts";
import type { Service } from "./service.ts";
import type { WireAnswer } from "./wire.ts";

/** The headers that each answer of the service has. */
export function headersOf({ contentType }: Service<never>): Record<string, string> {
  return { "content-type": contentType, "x-amzn-requestid": randomUUID() };
}

export function successOf(service: Service<never>, output: Members): WireAnswer {
  return { status: 200, headers: headersOf(service), body: JSON.stringify(output) };
}

export function errorOf(service: Service<never>, error: ServiceError): WireAnswer {
  const { code, message, status } = error;
  const headers = headersOf(service);
  if (service.errorBody !== undefined) {
    return { status, headers, body: JSON.stringify(service.errorBody(error)), error: code };
  }
  return service.hasErrorHeader
    ? {
        status,
        headers: { ...headers, "x-amzn-errortype": code },
        body: JSON.stringify({ message }),
        error: code,
      }
    : { status, headers, body: JSON.stringify({ __type: code, message }), error: code };
}

/** The service's error for calls that come too fast. */
export function throttledBy({ throttled: { code, status } }: Service<never>): ServiceError {
  return new ServiceError(code, "Rate exceeded", status);
}

/** The service's error for a call that no policy allows. */
export function deniedBy(
  { denied: { code, status }, resourceOf }: Service<never>,
  action: string,
  place: Place,
  input: Members,
): ServiceError {
  const user = `arn:aws:sts::${place.id}:assumed-role/cleaner/run`;
  const resource = resourceOf?.(place, input) ?? "*";
  return new ServiceError(
    code,
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource}` +
      ` because no identity-based policy allows the ${action} action`,
    status,
  );
}
