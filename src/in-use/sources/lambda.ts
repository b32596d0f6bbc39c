import {
  type FunctionConfiguration,
  GetFunctionCommand,
  LambdaClient,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import pMap from "p-map";

import { call, collect, isGone, required } from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import type { Source } from "./source.ts";

const LAMBDA = {
  Client: LambdaClient,
  concurrency: 10,
  answers: { "lambda:GetFunction": ["Code"], "lambda:ListFunctions": ["Functions"] },
} satisfies Service<LambdaClient>;

/** Reports the images of `$LATEST` and every published version of every container-image function. */
export const source: Source = {
  id: "lambda",
  title: "Lambda",
  evidence:
    "the image given, and the digest that Lambda resolved it to, of `$LATEST` and every published version of every container-image function",
  blindSpots: [],
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
    await pMap(
      await listImageFunctions(lambda),
      async ({ FunctionName: name, Version: version }) => {
        for (const image of await imagesOf(lambda, name, version)) {
          report.image(image, `Lambda function ${name}, version ${version}`);
        }
      },
      { concurrency: CONCURRENT_CALLS },
    );
    return "complete";
  },
};

/** ListFunctions returns 50 functions a page, whatever is asked for (API limit). */
async function listImageFunctions(lambda: LambdaClient): Promise<FunctionConfiguration[]> {
  return collect(
    {
      action: "lambda:ListFunctions",
      resource: "the account's Lambda functions",
      paginator: paginateListFunctions({ client: lambda }, { FunctionVersion: "ALL" }),
    },
    (page) =>
      page.Functions?.filter(({ PackageType }) => PackageType === "Image").map(
        // Of an answer of several KB only this is kept.
        ({ FunctionName = "", Version = "" }) => ({ FunctionName, Version }),
      ),
  );
}

async function imagesOf(
  lambda: LambdaClient,
  FunctionName: string | undefined,
  Qualifier: string | undefined,
): Promise<string[]> {
  const action = "lambda:GetFunction";
  const resource = `Lambda function ${FunctionName}, version ${Qualifier}`;
  const command = new GetFunctionCommand({ FunctionName, Qualifier });
  try {
    const { Code } = await call(action, resource, () => lambda.send(command));
    const images = [Code?.ImageUri, Code?.ResolvedImageUri].filter((image) => image !== undefined);
    required(images[0], action, resource);
    return images;
  } catch (error) {
    if (isGone(error, "ResourceNotFoundException")) return [];
    throw error;
  }
}
