import { describe, expect, test } from "vitest";

import { app, appByDigest } from "../../accounts.ts";
import { type AccountParts, digestOf } from "../../simulator/account.ts";
import { readSource } from "../read-source.ts";

type SageMaker = NonNullable<AccountParts["sageMaker"]>;

const variant = (tag: string) => ({ DeployedImages: [{ SpecifiedImage: app(tag) }] });
const modelPackage = (account: string, name: string) =>
  `arn:aws:sagemaker:eu-west-1:${account}:model-package/${name}`;

describe("the SageMaker source", () => {
  test.for<{ name: string; sageMaker: SageMaker; used: string[] }>([
    {
      name: "reports every container of a model",
      sageMaker: { models: { chat: { Containers: [{ Image: app("v1") }, { Image: app("v2") }] } } },
      used: ["v1", "v2"],
    },
    {
      name: "reports ECR references in environment values of a model",
      sageMaker: {
        models: { chat: { PrimaryContainer: { Image: app("v1"), Environment: { A: app("v2") } } } },
      },
      used: ["v1", "v2"],
    },
    {
      name: "reports every specification of a model package that a model names",
      sageMaker: {
        models: {
          chat: { Containers: [{ ModelPackageName: modelPackage("123456789012", "chat/1") }] },
        },
        modelPackages: {
          "chat/1": {
            InferenceSpecification: { Containers: [{ Image: app("v1") }] },
            AdditionalInferenceSpecifications: [{ Containers: [{ Image: app("v2") }] }],
          },
        },
      },
      used: ["v1", "v2"],
    },
    {
      name: "reports shadow variants and those of a deployment in progress",
      sageMaker: {
        endpoints: {
          chat: {
            ProductionVariants: [variant("v1")],
            ShadowProductionVariants: [variant("v2")],
            PendingDeploymentSummary: {
              ProductionVariants: [variant("v3")],
              ShadowProductionVariants: [variant("v4")],
            },
          },
        },
      },
      used: ["v1", "v2", "v3", "v4"],
    },
    {
      name: "accepts an endpoint that is being created and has no variants yet",
      sageMaker: { endpoints: { chat: { EndpointStatus: "Creating" } } },
      used: [],
    },
    {
      name: "reports every specification of an inference component, and its model",
      sageMaker: {
        endpoints: { chat: { ProductionVariants: [variant("v1")] } },
        models: { big: { PrimaryContainer: { Image: app("v2") } } },
        inferenceComponents: {
          one: {
            Specifications: [
              { Container: { DeployedImage: { SpecifiedImage: app("v3") } } },
              { ModelName: "big" },
            ],
          },
        },
      },
      used: ["v1", "v2", "v3"],
    },
    {
      name: "reports the rules of a training job",
      sageMaker: {
        trainingJobs: {
          train: {
            AlgorithmSpecification: { TrainingImage: app("v1") },
            DebugRuleConfigurations: [{ RuleEvaluatorImage: app("v2") }],
            ProfilerRuleConfigurations: [{ RuleEvaluatorImage: app("v3") }],
          },
        },
      },
      used: ["v1", "v2", "v3"],
    },
    {
      name: "does not report jobs that are finished",
      sageMaker: {
        trainingJobs: {
          train: {
            TrainingJobStatus: "Completed",
            AlgorithmSpecification: { TrainingImage: app("v1") },
          },
        },
        processingJobs: {
          clean: { ProcessingJobStatus: "Failed", AppSpecification: { ImageUri: app("v2") } },
        },
      },
      used: [],
    },
  ])("$name", async ({ sageMaker, used }) => {
    const result = await readSource("sagemaker", { sageMaker });
    expect({ used: result.used, status: result.status }).toEqual({ used, status: "complete" });
  });

  test("reports the digest that an endpoint runs, though its tag may have moved", async () => {
    const { placesOfDigest } = await readSource("sagemaker", {
      sageMaker: {
        endpoints: {
          chat: {
            ProductionVariants: [
              {
                DeployedImages: [{ SpecifiedImage: app("v1"), ResolvedImage: appByDigest("v1") }],
              },
            ],
          },
        },
      },
    });
    expect(placesOfDigest(digestOf("v1"))).toEqual(["SageMaker endpoint chat"]);
  });

  test("fails if an endpoint in service shows no variants", async () => {
    const sageMaker = { endpoints: { chat: {} } };
    await expect(readSource("sagemaker", { sageMaker })).rejects.toThrow(
      "sagemaker:DescribeEndpoint failed for SageMaker endpoint chat",
    );
  });

  test("fails if a container of a model has neither an image nor a model package", async () => {
    const sageMaker = { models: { chat: { Containers: [{ Image: app("v1") }, {}] } } };
    await expect(readSource("sagemaker", { sageMaker })).rejects.toThrow(
      "sagemaker:DescribeModel failed for SageMaker model chat",
    );
  });

  describe("on a model package that the role may not read", () => {
    const readPackageOf = async (account: string) =>
      readSource(
        "sagemaker",
        {
          sageMaker: {
            models: {
              own: { PrimaryContainer: { Image: app("v1") } },
              sold: { Containers: [{ ModelPackageName: modelPackage(account, "sold/1") }] },
            },
          },
        },
        { isAllowed: (action) => action !== "sagemaker:DescribeModelPackage" },
      );

    test("goes on if the package is another account's", async () => {
      expect((await readPackageOf("999999999999")).used).toEqual(["v1"]);
    });

    test("fails if the package is its own account's", async () => {
      await expect(readPackageOf("123456789012")).rejects.toThrow(
        "allow sagemaker:DescribeModelPackage for this role",
      );
    });
  });
});
