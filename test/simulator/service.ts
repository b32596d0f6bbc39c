import type { Members, Operation, Place } from "./operation.ts";
import { type ErrorKind, type Protocol, REST, jsonProtocol, queryProtocol } from "./protocols.ts";
import type { WireRequest } from "./wire.ts";

/** What a request asks of a service. */
interface Asked {
  readonly operation: string;
  readonly input: Members;
}

interface ServiceParts<State, Parts, Own> {
  /** The prefix of its actions in IAM policies, such as `ecs`. */
  readonly prefix: string;
  /** The SDK's name of the service, which gives the name of its endpoint variable. */
  readonly sdkId: string;
  /** The member of an answer that has the next page's token. */
  readonly pageToken: string;
  /** Its part of the account, from what a test says of it. */
  readonly createState: (parts: Parts, place: Place) => Own;
  readonly operations: Readonly<Record<string, Operation<State>>>;
  readonly throttled?: ErrorKind;
  readonly denied?: ErrorKind;
  /** One endpoint serves all Regions, so it answers by account alone. */
  readonly isGlobal?: true;
  /** By operation: adds to an answer what AWS answers beside what anybody asks for. */
  readonly inFull?: Readonly<Record<string, (output: Members) => Members>>;
  /** The ARN that a refusal of the call names; undefined for a call about no resource. */
  readonly resourceOf?: (place: Place, input: Members) => string | undefined;
  /** An answer with another token of the next page, where the answer does not have the token itself. */
  readonly withPageToken?: (output: Members, token: string) => Members;
}

/** One simulated AWS service: how to recognise its requests, what it answers, and what its errors look like. */
export interface Service<State, Parts = never, Own = object> extends ServiceParts<
  State,
  Parts,
  Own
> {
  readonly protocol: Protocol;
  /** Returns undefined for the request of another service. */
  readonly recognize: (request: WireRequest) => Asked | undefined;
}

/** The part of the account of a service that has none. */
export const stateless: (parts: object) => object = () => ({});

/** A service of the JSON protocols: every request is a POST that names the operation in its X-Amz-Target header. */
export function jsonService<State, Parts, Own>({
  version,
  target,
  ...parts
}: ServiceParts<State, Parts, Own> & {
  readonly version: "1.0" | "1.1";
  /** The first part of the X-Amz-Target header. */
  readonly target: string;
}): Service<State, Parts, Own> {
  return {
    protocol: jsonProtocol(version),
    recognize: (request) => {
      const [service, operation = ""] = request.target?.split(".") ?? [];
      if (service !== target) return undefined;
      return { operation, input: JSON.parse(request.body || "{}") };
    },
    ...parts,
  };
}

/** A service of the REST protocol: method and path name the operation, and the path has a part of the input. */
export function restService<State, Parts, Own>({
  routes,
  ...parts
}: ServiceParts<State, Parts, Own> & {
  /** By operation, such as `GET /schedules/{Name}`. */
  readonly routes: Readonly<Record<string, string>>;
}): Service<State, Parts, Own> {
  const patterns = Object.entries(routes).map(([operation, route]) => ({
    operation,
    ...patternOf(route),
  }));
  return {
    protocol: REST,
    recognize: (request) => {
      for (const { operation, method, path } of patterns) {
        const found = method === request.method ? path.exec(request.path) : null;
        if (found !== null) return { operation, input: inputOf(request, found.groups) };
      }
      return undefined;
    },
    ...parts,
  };
}

function patternOf(route: string): { method: string; path: RegExp } {
  const [method = "", path = ""] = route.split(" ");
  const groups = path.replace(/\/$/, "").replaceAll(/\{(?<name>\w+)\}/g, "(?<$<name>>[^/]+)");
  return { method, path: new RegExp(`^${groups}/?$`) };
}

/** The members of a REST request, from its path, its query and its body. */
function inputOf({ query, body }: WireRequest, labels: Record<string, string> = {}): Members {
  const decoded = Object.entries(labels).map(([name, text]) => [name, decodeURIComponent(text)]);
  return { ...Object.fromEntries(decoded), ...query, ...(body && JSON.parse(body)) };
}

/** A service of the query protocol: every request is a form with the operation as its Action. */
export function queryService<State, Parts, Own>({
  version,
  ...parts
}: ServiceParts<State, Parts, Own> & {
  readonly version: string;
}): Service<State, Parts, Own> {
  return {
    protocol: queryProtocol(version, `${parts.prefix}.amazonaws.com`),
    recognize: ({ target, body }) => {
      const { Action, Version, ...input } = Object.fromEntries(new URLSearchParams(body));
      if (target !== undefined || Action === undefined || Version !== version) return undefined;
      return { operation: Action, input };
    },
    ...parts,
  };
}
