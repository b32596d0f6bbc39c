import {
  DescribePipelineCommand,
  type SageMakerClient,
  paginateListPipelines,
} from "@aws-sdk/client-sagemaker";

import { collect } from "../../../aws/calls.ts";
import { findReferencesInDefinition } from "../../../registry/text.ts";
import type { Report } from "../source.ts";
import { PAGE_SIZE, describe, reportEach } from "./service.ts";

/** Reports the ECR references in the definitions of pipelines. Throws AwsCallError. */
export async function readPipelines(sageMaker: SageMakerClient, report: Report): Promise<void> {
  const pipelines = await collect(
    {
      action: "sagemaker:ListPipelines",
      resource: "the account's SageMaker pipelines",
      paginator: paginateListPipelines({ client: sageMaker, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.PipelineSummaries?.map(({ PipelineName }) => PipelineName ?? ""),
  );
  const imagesOf = async (PipelineName: string, place: string) => {
    const pipeline = await describe("sagemaker:DescribePipeline", place, () =>
      sageMaker.send(new DescribePipelineCommand({ PipelineName })),
    );
    return findReferencesInDefinition(pipeline?.PipelineDefinition ?? "");
  };
  await reportEach(pipelines, (name) => `SageMaker pipeline ${name}`, imagesOf, report);
}
