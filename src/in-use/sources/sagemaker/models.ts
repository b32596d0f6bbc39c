import {
  DescribeModelCommand,
  DescribeModelPackageCommand,
  type DescribeModelPackageOutput,
  type SageMakerClient,
  paginateListModels,
} from "@aws-sdk/client-sagemaker";

import { collect, required } from "../../../aws/calls.ts";
import { withDigest } from "../../../registry/reference.ts";
import { findReferencesIn } from "../../../registry/text.ts";
import { createOnce } from "../../once.ts";
import type { Report } from "../source.ts";
import { PAGE_SIZE, describe } from "./service.ts";
import { readShared } from "./shared.ts";

/** Reads the images of models, each model and each model package once. */
export class Models {
  readonly #sageMaker: SageMakerClient;
  readonly #report: Report;
  readonly #once = createOnce();

  constructor(sageMaker: SageMakerClient, report: Report) {
    this.#sageMaker = sageMaker;
    this.#report = report;
  }

  /** The names of all models. Throws AwsCallError. */
  async list(): Promise<string[]> {
    return collect(
      {
        action: "sagemaker:ListModels",
        resource: "the account's SageMaker models",
        paginator: paginateListModels({ client: this.#sageMaker, pageSize: PAGE_SIZE }, {}),
      },
      (page) => page.Models?.map(({ ModelName }) => ModelName ?? ""),
    );
  }

  /** The images of a model's containers, and those of the model packages that it names. Throws AwsCallError. */
  async imagesOf(name: string): Promise<readonly string[]> {
    return this.#once(`model ${name}`, async () => this.#readModel(name));
  }

  async #readModel(ModelName: string): Promise<string[]> {
    const action = "sagemaker:DescribeModel";
    const resource = `SageMaker model ${ModelName}`;
    const model = await describe(action, resource, () =>
      this.#sageMaker.send(new DescribeModelCommand({ ModelName })),
    );
    if (model === undefined) return [];
    const { PrimaryContainer, Containers = [], ModelArn = "" } = model;
    const containers = [...(PrimaryContainer ? [PrimaryContainer] : []), ...Containers];
    required(containers[0], action, resource);
    for (const { Image, ModelPackageName } of containers) {
      required(Image ?? ModelPackageName, action, resource);
    }
    const packages = containers.flatMap(({ ModelPackageName }) => ModelPackageName ?? []);
    const ofPackages = await Promise.all(
      packages.map(async (each) => this.#imagesOfPackage(each, ModelArn)),
    );
    const images = containers.flatMap(({ Image }) => Image ?? []);
    return [...new Set([...images, ...ofPackages.flat(), ...findReferencesIn(containers)])];
  }

  async #imagesOfPackage(name: string, modelArn: string): Promise<readonly string[]> {
    return this.#once(`package ${name}`, async () =>
      readShared({ name, ownArn: modelArn, report: this.#report }, async () =>
        this.#readPackage(name),
      ),
    );
  }

  /** The images of a package; nothing if it is gone or does not show them, though its model may still use them. */
  async #readPackage(ModelPackageName: string): Promise<string[] | undefined> {
    const found = await describe("sagemaker:DescribeModelPackage", ModelPackageName, () =>
      this.#sageMaker.send(new DescribeModelPackageCommand({ ModelPackageName })),
    );
    if (found === undefined) return undefined;
    const images = imagesOfPackage(found);
    return images.length > 0 ? [...images, ...findReferencesIn(found)] : undefined;
  }
}

/** An image is given by its tag, and the digest that the tag had. */
function imagesOfPackage({
  InferenceSpecification,
  AdditionalInferenceSpecifications = [],
}: DescribeModelPackageOutput): string[] {
  return [InferenceSpecification, ...AdditionalInferenceSpecifications].flatMap(
    (specification) =>
      specification?.Containers?.flatMap(({ Image, ImageDigest }) =>
        Image === undefined ? [] : withDigest(Image, ImageDigest),
      ) ?? [],
  );
}
