import { errorOf, headersOf, successOf, throttledBy } from "./answers.ts";
import { type Members, ServiceError, tokenOf } from "./operation.ts";
import type { Asked } from "./recognize.ts";
import type { Service } from "./service.ts";
import { type WireAnswer, firstHalfOf } from "./wire.ts";

/** What goes wrong with one call. */
export type Fault =
  /** A success without any member. */
  | { readonly kind: "empty" }
  /** A success without a body. */
  | { readonly kind: "no-body" }
  /** The page of a captive proxy. */
  | { readonly kind: "html"; readonly status: number }
  /** The real answer without its second half; the content length is that of the first half. */
  | { readonly kind: "cut" }
  /** The real answer, whose connection ends in the middle of its body, or before an answer that has no body. */
  | { readonly kind: "reset" }
  | { readonly kind: "unavailable" }
  | { readonly kind: "throttled" }
  | {
      readonly kind: "error";
      readonly code: string;
      readonly message: string;
      readonly status: number;
    }
  /** The real page, whose token leads to the first page again: a pager that trusts it never ends. */
  | { readonly kind: "repeat-token" }
  /** The real answer without one of its members. */
  | { readonly kind: "without"; readonly member: string };

const SIGN_IN = "<!DOCTYPE html><html><body><h1>Sign in to use this network</h1></body></html>";

/**
 * The answer to a call under a fault; asks for the real answer only if the fault damages it. The real answer can have
 * other members; an error stays as it is.
 */
export function faultyAnswer(
  { service, operation }: Asked,
  fault: Fault,
  realAnswer: (change?: (output: Members) => Members) => WireAnswer,
): WireAnswer {
  switch (fault.kind) {
    case "empty":
      return successOf(service, operation, {});
    case "no-body":
      return { status: 200, headers: headersOf(service), body: "" };
    case "html":
      return { status: fault.status, headers: { "content-type": "text/html" }, body: SIGN_IN };
    case "cut": {
      const answer = realAnswer();
      return { ...answer, body: firstHalfOf(answer.body) };
    }
    case "reset":
      return { ...realAnswer(), isReset: true };
    case "unavailable":
      return errorOf(
        service,
        new ServiceError("ServiceUnavailableException", "Service is unavailable.", 503),
      );
    case "throttled":
      return errorOf(service, throttledBy(service));
    case "error":
      return errorOf(service, new ServiceError(fault.code, fault.message, fault.status));
    case "without":
      return realAnswer((output) => ({ ...output, [fault.member]: undefined }));
    case "repeat-token":
      return realAnswer((output) => withFirstToken(service, output));
  }
}

function withFirstToken({ pageToken, withPageToken }: Service<never>, output: Members): Members {
  const token = tokenOf(0);
  return withPageToken?.(output, token) ?? { ...output, [pageToken]: token };
}
