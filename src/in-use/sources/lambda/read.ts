import {
  type FunctionConfiguration,
  GetFunctionCommand,
  type LambdaClient,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import pMap from "p-map";

import { call, collect, isGone, pages, required } from "../../../aws/call.ts";
import { type AwsClients, CONCURRENT_CALLS } from "../../../aws/clients.ts";
import type { Sighting } from "../../in-use-images.ts";

/** Sees the image of every published version, and of `$LATEST`, of every function with package type Image. */
export async function seeLambdaImages({ lambda }: AwsClients, see: Sighting): Promise<"complete"> {
  await pMap(
    await listImageFunctions(lambda),
    async ({ FunctionName: name, Version: version }) => {
      for (const image of await imagesOf(lambda, name, version)) {
        see(image, `Lambda function ${name}, version ${version}`);
      }
    },
    { concurrency: CONCURRENT_CALLS },
  );
  return "complete";
}

/** ListFunctions returns 50 a page whatever is asked for (API limit). */
async function listImageFunctions(lambda: LambdaClient): Promise<FunctionConfiguration[]> {
  const paginator = paginateListFunctions({ client: lambda }, { FunctionVersion: "ALL" });
  return collect(
    pages("lambda:ListFunctions", "the account's Lambda functions", paginator),
    (page) => page.Functions?.filter(({ PackageType }) => PackageType === "Image"),
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
