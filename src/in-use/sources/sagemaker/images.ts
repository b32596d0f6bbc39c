import {
  DescribeImageVersionCommand,
  type SageMakerClient,
  paginateListImageVersions,
  paginateListImages,
} from "@aws-sdk/client-sagemaker";
import pMap from "p-map";

import { collect } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import type { Report } from "../source.ts";
import { NOT_FOUND, PAGE_SIZE, describe, reportEach } from "./service.ts";

/** A version of a SageMaker image, which Studio starts by the image's name. */
interface Version {
  readonly image: string;
  readonly number: number | undefined;
}

/** Reports what every version of every SageMaker image was made from, and what it is. Throws AwsCallError. */
export async function readImages(sageMaker: SageMakerClient, report: Report): Promise<void> {
  const images = await collect(
    {
      action: "sagemaker:ListImages",
      resource: "the account's SageMaker images",
      paginator: paginateListImages({ client: sageMaker, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.Images?.map(({ ImageName }) => ImageName ?? ""),
  );
  const versions = await pMap(images, async (image) => listVersions(sageMaker, image), {
    concurrency: CONCURRENT_CALLS,
  });
  await reportEach(
    versions.flat(),
    ({ image, number }) => `SageMaker image ${image}, version ${number}`,
    async (version, place) => imagesOf(sageMaker, version, place),
    report,
  );
}

/** An image that is gone has no versions. */
async function listVersions(sageMaker: SageMakerClient, image: string): Promise<Version[]> {
  return collect(
    {
      action: "sagemaker:ListImageVersions",
      resource: `SageMaker image ${image}`,
      paginator: paginateListImageVersions(
        { client: sageMaker, pageSize: PAGE_SIZE },
        { ImageName: image },
      ),
    },
    (page) => page.ImageVersions?.map(({ Version: number }) => ({ image, number })),
    NOT_FOUND,
  );
}

/** The image by its tag, as it was given, and the one that SageMaker starts. */
async function imagesOf(
  sageMaker: SageMakerClient,
  { image, number }: Version,
  place: string,
): Promise<(string | undefined)[]> {
  const version = await describe("sagemaker:DescribeImageVersion", place, () =>
    sageMaker.send(new DescribeImageVersionCommand({ ImageName: image, Version: number })),
  );
  return [version?.BaseImage, version?.ContainerImage];
}
