import type { Members, ServiceError } from "./operation.ts";
import { xmlOf } from "./xml.ts";

export interface ErrorKind {
  readonly code: string;
  readonly status: number;
}

/** How a service's answers look on the wire, and its errors that are the same in each service of the protocol. */
export interface Protocol {
  readonly contentType: string;
  readonly success: (operation: string, output: Members, requestId: string) => string | Buffer;
  /** The headers of a success that has members outside its body. */
  readonly headers?: (output: Members) => Readonly<Record<string, string>>;
  readonly error: (error: ServiceError, requestId: string) => string;
  /** The error code's place: a header in REST, a part of the body elsewhere. */
  readonly hasErrorHeader?: true;
  /** The header with the request id, if it is not `x-amzn-requestid`. */
  readonly requestIdHeader?: string;
  readonly throttled: ErrorKind;
  readonly denied: ErrorKind;
  readonly invalidToken: ErrorKind;
  readonly expiredToken: ErrorKind;
}

/** Every request is a POST that names the operation in its X-Amz-Target header. */
export function jsonProtocol(version: "1.0" | "1.1"): Protocol {
  return {
    contentType: `application/x-amz-json-${version}`,
    success: (_, output) => JSON.stringify(output),
    error: ({ code, message }) => JSON.stringify({ __type: code, message }),
    throttled: { code: "ThrottlingException", status: 400 },
    denied: { code: "AccessDeniedException", status: 400 },
    invalidToken: { code: "UnrecognizedClientException", status: 400 },
    expiredToken: { code: "ExpiredTokenException", status: 400 },
  };
}

/** Method and path name the operation, and the path has a part of the input. */
export const REST: Protocol = {
  contentType: "application/json",
  success: (_, output) => JSON.stringify(output),
  error: ({ message }) => JSON.stringify({ message }),
  hasErrorHeader: true,
  throttled: { code: "ThrottlingException", status: 429 },
  denied: { code: "AccessDeniedException", status: 403 },
  invalidToken: { code: "UnrecognizedClientException", status: 403 },
  expiredToken: { code: "ExpiredTokenException", status: 403 },
};

/** Every request is a form that names the operation as its Action, and every answer is XML. */
export function queryProtocol(version: string, host: string): Protocol {
  const inNamespace = (name: string, members: Members) =>
    xmlOf({ [name]: members }).replace(name, `${name} xmlns="https://${host}/doc/${version}/"`);
  return {
    contentType: "text/xml",
    success: (operation, output, RequestId) =>
      inNamespace(`${operation}Response`, {
        [`${operation}Result`]: output,
        ResponseMetadata: { RequestId },
      }),
    error: ({ code, message, status }, RequestId) => {
      const Type = status < 500 ? "Sender" : "Receiver";
      return inNamespace("ErrorResponse", {
        Error: { Type, Code: code, Message: message },
        RequestId,
      });
    },
    throttled: { code: "Throttling", status: 400 },
    denied: { code: "AccessDenied", status: 403 },
    invalidToken: { code: "InvalidClientTokenId", status: 403 },
    expiredToken: { code: "ExpiredToken", status: 403 },
  };
}
