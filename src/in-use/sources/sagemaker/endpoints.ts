import {
  type DeployedImage,
  DescribeEndpointCommand,
  type DescribeEndpointOutput,
  DescribeInferenceComponentCommand,
  type ProductionVariantSummary,
  type SageMakerClient,
  paginateListEndpoints,
  paginateListInferenceComponents,
} from "@aws-sdk/client-sagemaker";

import { collect, required } from "../../../aws/calls.ts";
import { findReferencesIn } from "../../../registry/text.ts";
import type { Report } from "../source.ts";
import type { Models } from "./models.ts";
import { PAGE_SIZE, describe, reportEach } from "./service.ts";

/** Reports what endpoints have deployed and are about to deploy, by tag and by digest. Throws AwsCallError. */
export async function readEndpoints(
  sageMaker: SageMakerClient,
  models: Models,
  report: Report,
): Promise<void> {
  const endpoints = await collect(
    {
      action: "sagemaker:ListEndpoints",
      resource: "the account's SageMaker endpoints",
      paginator: paginateListEndpoints({ client: sageMaker, pageSize: PAGE_SIZE }, {}),
    },
    (page) => page.Endpoints?.map(({ EndpointName }) => EndpointName ?? ""),
  );
  // Every inference component needs an endpoint.
  if (endpoints.length === 0) return;
  await Promise.all([
    reportEach(
      endpoints,
      (name) => `SageMaker endpoint ${name}`,
      async (name, place) => imagesOfEndpoint(sageMaker, name, place),
      report,
    ),
    readInferenceComponents(sageMaker, models, report),
  ]);
}

/** The statuses in which nothing need be deployed. */
const WITHOUT_VARIANTS = new Set(["Creating", "Failed", "Deleting"]);

async function imagesOfEndpoint(
  sageMaker: SageMakerClient,
  EndpointName: string,
  place: string,
): Promise<(string | undefined)[]> {
  const action = "sagemaker:DescribeEndpoint";
  const endpoint = await describe(action, place, () =>
    sageMaker.send(new DescribeEndpointCommand({ EndpointName })),
  );
  if (endpoint === undefined) return [];
  const { ProductionVariants, EndpointStatus = "" } = endpoint;
  if (!WITHOUT_VARIANTS.has(EndpointStatus)) required(ProductionVariants, action, place);
  return variantsOf(endpoint).flatMap(({ DeployedImages = [] }) => DeployedImages.flatMap(bothOf));
}

type Variant = Pick<ProductionVariantSummary, "DeployedImages">;

/** All variants, those of a deployment in progress too. */
function variantsOf(endpoint: DescribeEndpointOutput) {
  const pending = endpoint.PendingDeploymentSummary;
  return [
    endpoint.ProductionVariants,
    endpoint.ShadowProductionVariants,
    pending?.ProductionVariants,
    pending?.ShadowProductionVariants,
  ].flatMap((variants: readonly Variant[] = []) => variants);
}

/** The image as given, and the digest to which SageMaker resolved it. */
function bothOf({ SpecifiedImage, ResolvedImage }: DeployedImage): (string | undefined)[] {
  return [SpecifiedImage, ResolvedImage];
}

async function readInferenceComponents(
  sageMaker: SageMakerClient,
  models: Models,
  report: Report,
): Promise<void> {
  const components = await collect(
    {
      action: "sagemaker:ListInferenceComponents",
      resource: "the account's SageMaker inference components",
      paginator: paginateListInferenceComponents({ client: sageMaker, pageSize: PAGE_SIZE }, {}),
    },
    (page) =>
      page.InferenceComponents?.map(({ InferenceComponentName }) => InferenceComponentName ?? ""),
  );
  await reportEach(
    components,
    (name) => `SageMaker inference component ${name}`,
    async (name, place) => imagesOfComponent(sageMaker, models, name, place),
    report,
  );
}

async function imagesOfComponent(
  sageMaker: SageMakerClient,
  models: Models,
  InferenceComponentName: string,
  place: string,
): Promise<(string | undefined)[]> {
  const component = await describe("sagemaker:DescribeInferenceComponent", place, () =>
    sageMaker.send(new DescribeInferenceComponentCommand({ InferenceComponentName })),
  );
  if (component === undefined) return [];
  const specifications = [component.Specification, ...(component.Specifications ?? [])];
  const deployed = specifications.flatMap((each) => bothOf(each?.Container?.DeployedImage ?? {}));
  const names = specifications.flatMap((each) => each?.ModelName ?? []);
  const ofModels = await Promise.all(names.map(async (model) => models.imagesOf(model)));
  return [...deployed, ...ofModels.flat(), ...findReferencesIn(component)];
}
