import { createHash } from "node:crypto";

import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
} from "../../operation.ts";
import { restService } from "../../service.ts";
import { lambdaInFull } from "./in-full.ts";

interface LambdaState {
  readonly functions: Map<string, SimulatedFunction>;
}

interface SimulatedFunction {
  /** By version: `$LATEST`, `1`, `2` and so on. */
  readonly versions: Map<string, SimulatedVersion>;
}

interface SimulatedVersion {
  /** Missing in a zip function. */
  readonly image?: string;
  /** The image by the digest that Lambda resolved it to. */
  readonly resolved?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

type FunctionPart = string | null | Record<string, string | SimulatedVersion>;

interface LambdaParts {
  /** The image of a function, or of each of its versions; null for a zip function. */
  readonly functions?: Record<string, FunctionPart>;
}

function createLambdaState({ functions }: LambdaParts): LambdaState {
  return { functions: mapOf(functions, (part) => ({ versions: versionsOf(part) })) };
}

function versionsOf(image: FunctionPart): SimulatedFunction["versions"] {
  if (image === null) return new Map([["$LATEST", {}]]);
  const versions = typeof image === "string" ? { $LATEST: image } : image;
  return mapOf<string | SimulatedVersion, SimulatedVersion>(versions, (version) =>
    typeof version === "string" ? { image: version } : version,
  );
}

/** Lambda lists 50 functions a page, whatever is asked for. */
const PAGE_SIZE = 50;

const listFunctions: Operation<LambdaState> = (account, { FunctionVersion, Marker }) => {
  const configurations = [...account.functions].flatMap(([name, { versions }]) =>
    [...versions]
      .filter(([version]) => FunctionVersion === "ALL" || version === "$LATEST")
      .map(([version]) => configurationOf(account, name, version)),
  );
  const { items, nextToken } = pageOf(configurations, Marker, PAGE_SIZE);
  return { Functions: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
};

const getFunction: Operation<LambdaState> = (account, { FunctionName, Qualifier = "$LATEST" }) => {
  const version = account.functions.get(FunctionName)?.versions.get(Qualifier);
  if (version === undefined) {
    throw new ServiceError("ResourceNotFoundException", `Function not found: ${FunctionName}`, 404);
  }
  const { image, resolved } = version;
  return {
    Configuration: configurationOf(account, FunctionName, Qualifier),
    Code: {
      RepositoryType: image === undefined ? "S3" : "ECR",
      ...(image !== undefined && { ImageUri: image }),
      ...(resolved !== undefined && { ResolvedImageUri: resolved }),
    },
  };
};

function configurationOf(account: Place & LambdaState, name: string, version: string): Members {
  const { image, environment } = account.functions.get(name)?.versions.get(version) ?? {};
  const CodeSha256 = hashOf(image ?? "zip");
  return {
    FunctionName: name,
    FunctionArn: `${functionArn(account, name)}:${version}`,
    Version: version,
    CodeSha256,
    RevisionId: hashOf(`${name} ${version} ${CodeSha256}`),
    PackageType: image === undefined ? "Zip" : "Image",
    ...(environment !== undefined && { Environment: { Variables: environment } }),
  };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function functionArn({ region, id }: Place, name: string): string {
  return `arn:aws:lambda:${region}:${id}:function:${name}`;
}

export const lambda = restService({
  prefix: "lambda",
  sdkId: "Lambda",
  pageToken: "NextMarker",
  createState: createLambdaState,
  resourceOf: (place, { FunctionName }) => FunctionName && functionArn(place, FunctionName),
  throttled: { code: "TooManyRequestsException", status: 429 },
  inFull: lambdaInFull,
  routes: {
    ListFunctions: "GET /2015-03-31/functions/",
    GetFunction: "GET /2015-03-31/functions/{FunctionName}",
  },
  operations: { ListFunctions: listFunctions, GetFunction: getFunction },
});
