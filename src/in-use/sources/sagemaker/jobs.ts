import {
  DescribeAlgorithmCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  type SageMakerClient,
  paginateListProcessingJobs,
  paginateListTrainingJobs,
  paginateListTransformJobs,
} from "@aws-sdk/client-sagemaker";

import { collect } from "../../../aws/calls.ts";
import { findReferencesIn } from "../../../registry/text.ts";
import type { Report } from "../source.ts";
import type { Models } from "./models.ts";
import { PAGE_SIZE, describe, reportEach } from "./service.ts";
import { readShared } from "./shared.ts";

const IN_PROGRESS = { StatusEquals: "InProgress" } as const;

/** Reports the images of training jobs in progress, those of their debugging and profiling rules included. Throws AwsCallError. */
export async function readTrainingJobs(sageMaker: SageMakerClient, report: Report): Promise<void> {
  const jobs = await collect(
    {
      action: "sagemaker:ListTrainingJobs",
      resource: "the account's SageMaker training jobs",
      paginator: paginateListTrainingJobs({ client: sageMaker, pageSize: PAGE_SIZE }, IN_PROGRESS),
    },
    (page) => page.TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName ?? ""),
  );
  const imagesOf = async (TrainingJobName: string, place: string) => {
    const job = await describe("sagemaker:DescribeTrainingJob", place, () =>
      sageMaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    );
    if (job === undefined) return [];
    const { AlgorithmSpecification: algorithm, TrainingJobArn: ownArn = "" } = job;
    const { DebugRuleConfigurations = [], ProfilerRuleConfigurations = [] } = job;
    const rules = [...DebugRuleConfigurations, ...ProfilerRuleConfigurations];
    const name = algorithm?.AlgorithmName;
    return [
      algorithm?.TrainingImage,
      ...(name === undefined
        ? []
        : await readShared({ name, ownArn, report }, async () =>
            imagesOfAlgorithm(sageMaker, name),
          )),
      ...rules.map(({ RuleEvaluatorImage }) => RuleEvaluatorImage),
      ...findReferencesIn(job),
    ];
  };
  await reportEach(jobs, (name) => `SageMaker training job ${name}`, imagesOf, report);
}

/** The images of an algorithm; nothing if it is gone. */
async function imagesOfAlgorithm(
  sageMaker: SageMakerClient,
  AlgorithmName: string,
): Promise<string[] | undefined> {
  const algorithm = await describe("sagemaker:DescribeAlgorithm", AlgorithmName, () =>
    sageMaker.send(new DescribeAlgorithmCommand({ AlgorithmName })),
  );
  return algorithm && findReferencesIn(algorithm);
}

/** Reports the images of processing jobs in progress. Throws AwsCallError. */
export async function readProcessingJobs(
  sageMaker: SageMakerClient,
  report: Report,
): Promise<void> {
  const jobs = await collect(
    {
      action: "sagemaker:ListProcessingJobs",
      resource: "the account's SageMaker processing jobs",
      paginator: paginateListProcessingJobs(
        { client: sageMaker, pageSize: PAGE_SIZE },
        IN_PROGRESS,
      ),
    },
    (page) => page.ProcessingJobSummaries?.map(({ ProcessingJobName }) => ProcessingJobName ?? ""),
  );
  const imagesOf = async (ProcessingJobName: string, place: string) => {
    const job = await describe("sagemaker:DescribeProcessingJob", place, () =>
      sageMaker.send(new DescribeProcessingJobCommand({ ProcessingJobName })),
    );
    return job === undefined ? [] : [job.AppSpecification?.ImageUri, ...findReferencesIn(job)];
  };
  await reportEach(jobs, (name) => `SageMaker processing job ${name}`, imagesOf, report);
}

/** Reports the images of the models by which transform jobs in progress work. Throws AwsCallError. */
export async function readTransformJobs(
  sageMaker: SageMakerClient,
  models: Models,
  report: Report,
): Promise<void> {
  const jobs = await collect(
    {
      action: "sagemaker:ListTransformJobs",
      resource: "the account's SageMaker transform jobs",
      paginator: paginateListTransformJobs({ client: sageMaker, pageSize: PAGE_SIZE }, IN_PROGRESS),
    },
    (page) => page.TransformJobSummaries?.map(({ TransformJobName }) => TransformJobName ?? ""),
  );
  const imagesOf = async (TransformJobName: string, place: string) => {
    const job = await describe("sagemaker:DescribeTransformJob", place, () =>
      sageMaker.send(new DescribeTransformJobCommand({ TransformJobName })),
    );
    if (job?.ModelName === undefined) return [];
    return [...(await models.imagesOf(job.ModelName)), ...findReferencesIn(job)];
  };
  await reportEach(jobs, (name) => `SageMaker transform job ${name}`, imagesOf, report);
}
