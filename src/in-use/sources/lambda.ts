import {
  type FunctionConfiguration,
  GetFunctionCommand,
  LambdaClient,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import pMap from "p-map";

import { call, collect, isGone, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { findReferences } from "../../registry/text.ts";
import type { Report, Scope, Source } from "./source.ts";

const LAMBDA = {
  Client: LambdaClient,
  limits: [
    { burst: 100, perSecond: 100, actions: ["lambda:GetFunction"] },
    { burst: 15, perSecond: 15, actions: ["lambda:ListFunctions"] },
  ],
  answers: { "lambda:GetFunction": ["Code"], "lambda:ListFunctions": ["Functions"] },
} satisfies Service<LambdaClient>;

/** Reports the images of `$LATEST` and every published version of every container-image function. */
export const source: Source = {
  id: "lambda",
  title: "Lambda",
  evidence: [
    "the image given, and the digest that Lambda resolved it to, of `$LATEST` and every published version of every container-image function",
    "ECR references in environment values of all functions",
  ],
  blindSpots: [
    "Lambda's customer-managed runtimes: there is no SDK client to read them with yet",
    "environment values of Lambda functions that a KMS key hides from this role: a warning names each function",
  ],
  statements: [
    {
      Sid: "ReadLambdaFunctions",
      Action: Object.keys(LAMBDA.answers),
      purpose: "the images of Lambda functions",
      isOriginal: true,
    },
  ],
  read: async (scope, report) => {
    const lambda = scope.client(LAMBDA);
    const read = new Set<string>();
    for (;;) {
      const versions = await listVersions(lambda);
      const unread = versions.filter((each) => !read.has(idOf(each)));
      for (const each of unread) read.add(idOf(each));
      if (scope.depth === "full") reportEnvironments(unread, report);
      const areReplaced = await pMap(
        unread.filter(({ isImage }) => isImage),
        async (each) => readImages(scope, each, report),
        { concurrency: CONCURRENT_CALLS },
      );
      // Replaced code can have become a version since the list was read.
      if (!areReplaced.includes(true)) return "complete";
    }
  },
};

function idOf({ name, version }: VersionUse): string {
  return `${name}:${version}`;
}

function reportEnvironments(versions: readonly VersionUse[], report: Report): void {
  for (const { name, version, references, isHidden } of versions) {
    if (isHidden) report.blindSpot(`Lambda does not show the environment of function ${name}`);
    const place = `environment of Lambda function ${name}, version ${version}`;
    for (const reference of references) report.image(reference, place);
  }
}

/** What evidence needs of a function's version, of an entry of several KB. */
interface VersionUse {
  readonly name: string;
  readonly version: string;
  readonly isImage: boolean;
  /** Differs if the code does. */
  readonly codeHash: string | undefined;
  /** Names what it runs, if that never changes: a published version is not `$LATEST`. */
  readonly fact: string | undefined;
  /** ECR references in its environment. */
  readonly references: readonly string[];
  /** Whether the role lacks the key for its environment. */
  readonly isHidden: boolean;
}

/** ListFunctions returns 50 functions a page, whatever is asked for (API limit). */
async function listVersions(lambda: LambdaClient): Promise<VersionUse[]> {
  return collect(
    {
      action: "lambda:ListFunctions",
      resource: "the account's Lambda functions",
      paginator: paginateListFunctions({ client: lambda }, { FunctionVersion: "ALL" }),
    },
    (page) =>
      page.Functions?.map(toUse).filter(
        ({ isImage, isHidden, references }) => isImage || isHidden || references.length > 0,
      ),
  );
}

function toUse(configuration: FunctionConfiguration): VersionUse {
  const {
    FunctionName: name = "",
    Version: version = "",
    PackageType,
    CodeSha256: codeHash,
    Environment,
  } = configuration;
  return {
    name,
    version,
    // An entry without a package type is asked for.
    isImage: PackageType !== "Zip",
    codeHash,
    fact: factOf(configuration),
    references: Object.values(Environment?.Variables ?? {}).flatMap(findReferences),
    isHidden: Environment?.Error !== undefined,
  };
}

function factOf(configuration: FunctionConfiguration): string | undefined {
  const { FunctionArn, Version, CodeSha256, RevisionId } = configuration;
  const parts = [FunctionArn, Version, CodeSha256, RevisionId];
  if (Version === "$LATEST" || parts.includes(undefined)) return undefined;
  return `function version ${parts.join(" ")}`;
}

/** Reports the images of a version. Returns whether the code has been replaced since the version was listed. */
async function readImages(scope: Scope, use: VersionUse, report: Report): Promise<boolean> {
  const { fact, codeHash } = use;
  let code: Code | undefined;
  const read = async () => {
    code = await getCode(scope.client(LAMBDA), use);
    return code?.isResolved === true && code.hash === codeHash ? code.images : undefined;
  };
  const lasting = await (fact === undefined ? read() : scope.askFact(fact, read));
  for (const image of lasting ?? code?.images ?? []) report.image(image, placeOf(use));
  return code !== undefined && code.hash !== codeHash;
}

function placeOf({ name, version }: VersionUse): string {
  return `Lambda function ${name}, version ${version}`;
}

/** What a version runs. */
interface Code {
  readonly images: readonly string[];
  readonly hash: string | undefined;
  /** Whether Lambda names the digest, as it does not while a version is in the making: its tag can move. */
  readonly isResolved: boolean;
}

/** Nothing if the version is gone. */
async function getCode(lambda: LambdaClient, use: VersionUse): Promise<Code | undefined> {
  const action = "lambda:GetFunction";
  const place = placeOf(use);
  const command = new GetFunctionCommand({ FunctionName: use.name, Qualifier: use.version });
  try {
    const { Code: code, Configuration } = await call(action, place, () => lambda.send(command));
    const images = [code?.ImageUri, code?.ResolvedImageUri].filter((image) => image !== undefined);
    if (code?.RepositoryType !== "S3") required(images[0], action, place);
    const isResolved = code?.ResolvedImageUri !== undefined;
    return { images, hash: Configuration?.CodeSha256, isResolved };
  } catch (error) {
    if (isGone(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}
