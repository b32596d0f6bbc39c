import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import pMap from "p-map";

import { call, isGone } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../../aws/clients.ts";
import type { Report } from "../source.ts";

export const SAGE_MAKER = {
  Client: SageMakerClient,
  answers: {
    "sagemaker:DescribeAlgorithm": ["TrainingSpecification.TrainingImage"],
    "sagemaker:DescribeEndpoint": ["EndpointStatus"],
    "sagemaker:DescribeImageVersion": ["BaseImage|ContainerImage"],
    "sagemaker:DescribeInferenceComponent": ["Specification|Specifications"],
    "sagemaker:DescribeModel": ["PrimaryContainer|Containers"],
    "sagemaker:DescribeModelPackage": ["ModelPackageStatus"],
    "sagemaker:DescribePipeline": ["PipelineDefinition"],
    "sagemaker:DescribeProcessingJob": ["AppSpecification.ImageUri"],
    "sagemaker:DescribeTrainingJob": [
      "AlgorithmSpecification.TrainingImage|AlgorithmSpecification.AlgorithmName|ServerlessJobConfig",
    ],
    "sagemaker:DescribeTransformJob": ["ModelName"],
    "sagemaker:ListEndpoints": ["Endpoints"],
    "sagemaker:ListImageVersions": ["ImageVersions"],
    "sagemaker:ListImages": ["Images"],
    "sagemaker:ListInferenceComponents": ["InferenceComponents"],
    "sagemaker:ListModels": ["Models"],
    "sagemaker:ListPipelines": ["PipelineSummaries"],
    "sagemaker:ListProcessingJobs": ["ProcessingJobSummaries"],
    "sagemaker:ListTrainingJobs": ["TrainingJobSummaries"],
    "sagemaker:ListTransformJobs": ["TransformJobSummaries"],
  },
} satisfies Service<SageMakerClient>;

/** The largest page of every list (API limit). */
export const PAGE_SIZE = 100;

/** The error with which SageMaker answers about some kinds of things that are gone. */
export const NOT_FOUND = "ResourceNotFound";

/**
 * Whether a call that describes a thing failed because that thing is gone. For some kinds SageMaker says so by a code that
 * it has for many causes: only its message says so, such as `Could not find endpoint "…"`, where other messages name the
 * endpoint's configuration.
 */
function isGoneByAnyWord(error: unknown, action: string): boolean {
  if (isGone(error, NOT_FOUND)) return true;
  if (!isGone(error, "ValidationException")) return false;
  const noun = action.replace("sagemaker:Describe", "");
  const words = noun.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  const isGoneMessage = new RegExp(
    `could not find ${words}(?! config)|${noun} \\S+ does not exist|requested resource not found`,
    "i",
  );
  return isGoneMessage.test(error.message);
}

/** Describes one thing. Returns nothing if it is gone. Throws AwsCallError. */
export async function describe<Output>(
  action: string,
  resource: string,
  send: () => Promise<Output>,
): Promise<Output | undefined> {
  try {
    return await call(action, resource, send);
  } catch (error) {
    if (isGoneByAnyWord(error, action)) return undefined;
    throw error;
  }
}

/** Reports what each of several things uses. */
export async function reportEach<Thing>(
  things: readonly Thing[],
  placeOf: (thing: Thing) => string,
  imagesOf: (thing: Thing, place: string) => Promise<readonly (string | undefined)[]>,
  report: Report,
): Promise<void> {
  const reportOne = async (thing: Thing) => {
    const place = placeOf(thing);
    for (const image of await imagesOf(thing, place)) {
      if (image !== undefined) report.image(image, place);
    }
  };
  await pMap(things, reportOne, { concurrency: CONCURRENT_CALLS });
}
