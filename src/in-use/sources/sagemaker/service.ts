import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import pMap from "p-map";

import { AwsCallError, call, isGone } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../../aws/clients.ts";
import type { Report } from "../source.ts";

export const SAGE_MAKER = {
  Client: SageMakerClient,
  // AWS publishes no rates, and SageMaker throttles early.
  concurrency: 5,
  answers: {
    "sagemaker:DescribeEndpoint": ["EndpointStatus"],
    "sagemaker:DescribeImageVersion": ["BaseImage|ContainerImage"],
    "sagemaker:DescribeInferenceComponent": ["Specification|Specifications"],
    "sagemaker:DescribeModel": ["PrimaryContainer|Containers"],
    "sagemaker:DescribeModelPackage": [
      "InferenceSpecification.Containers|AdditionalInferenceSpecifications",
    ],
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
/** What it says about the others, by a code that it has for many causes. */
const GONE = /^ValidationException: (?:Could not find |Requested resource not found)/;

/** Whether a call about one thing failed because that thing is gone. */
function isGoneByAnyWord(error: unknown): boolean {
  if (isGone(error, NOT_FOUND)) return true;
  return error instanceof AwsCallError && GONE.test(String(error.cause));
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
    if (isGoneByAnyWord(error)) return undefined;
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
