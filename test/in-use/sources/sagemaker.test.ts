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

  test.for(["InService", "Updating", "RollingBack"])(
    "fails if an endpoint that is %s shows no variants",
    async (EndpointStatus) => {
      const sageMaker = { endpoints: { chat: { EndpointStatus } } };
      await expect(readSource("sagemaker", { sageMaker })).rejects.toThrow(
        "sagemaker:DescribeEndpoint failed for SageMaker endpoint chat",
      );
    },
  );

  test("fails if a container of a model has neither an image nor a model package", async () => {
    const sageMaker = { models: { chat: { Containers: [{ Image: app("v1") }, {}] } } };
    await expect(readSource("sagemaker", { sageMaker })).rejects.toThrow(
      "sagemaker:DescribeModel failed for SageMaker model chat",
    );
  });

  const packaged = (ModelPackageName: string): AccountParts => ({
    sageMaker: {
      models: {
        own: { PrimaryContainer: { Image: app("v1") } },
        sold: { Containers: [{ ModelPackageName }] },
      },
    },
  });
  const hidden = (name: string) => [
    `arn:aws:sagemaker:eu-west-1:123456789012:model/sold uses ${name}, whose images SageMaker does not show`,
  ];

  describe("on a model package that the role may not read", () => {
    const isAllowed = (action: string) => action !== "sagemaker:DescribeModelPackage";

    test("goes on with a warning if the package is another account's", async () => {
      const name = modelPackage("999999999999", "sold/1");
      const { used, blindSpots } = await readSource("sagemaker", packaged(name), { isAllowed });
      expect({ used, blindSpots }).toEqual({ used: ["v1"], blindSpots: hidden(name) });
    });

    test("fails if the package is its own account's", async () => {
      const parts = packaged(modelPackage("123456789012", "sold/1"));
      await expect(readSource("sagemaker", parts, { isAllowed })).rejects.toThrow(
        "allow sagemaker:DescribeModelPackage for this role",
      );
    });
  });

  test.for([
    "Could not find model package",
    "ModelPackage arn:aws:sagemaker:us-west-2:594846645681:model-package/jina does not exist.",
  ])("goes on with a warning if SageMaker says of a model package: %s", async (message) => {
    const name = modelPackage("999999999999", "gone/1");
    const { used, blindSpots } = await readSource("sagemaker", packaged(name), {
      faults: (action) =>
        action === "sagemaker:DescribeModelPackage"
          ? { kind: "error", code: "ValidationException", message, status: 400 }
          : undefined,
    });
    expect({ used, blindSpots }).toEqual({ used: ["v1"], blindSpots: hidden(name) });
  });

  test("fails if SageMaker misses something else than the endpoint that it was asked for", async () => {
    const reading = readSource(
      "sagemaker",
      { sageMaker: { endpoints: { chat: { ProductionVariants: [variant("v1")] } } } },
      {
        faults: (action) =>
          action === "sagemaker:DescribeEndpoint"
            ? {
                kind: "error",
                code: "ValidationException",
                message: 'Could not find endpoint configuration "chat".',
                status: 400,
              }
            : undefined,
      },
    );
    await expect(reading).rejects.toThrow("sagemaker:DescribeEndpoint failed");
  });
});

test.for(["sagemaker:ListTrainingJobs", "sagemaker:ListModels"])(
  "the image of a training job that ends and becomes a model before %s is reported",
  async (action) => {
    const { used } = await readSource(
      "sagemaker",
      {
        sageMaker: {
          trainingJobs: { train: { AlgorithmSpecification: { TrainingImage: app("v1") } } },
        },
      },
      {
        before: {
          [action]: ({ sageMaker }) => {
            sageMaker.trainingJobs.delete("train");
            sageMaker.models.set("trained", { PrimaryContainer: { Image: app("v1") } });
          },
        },
      },
    );
    expect(used).toEqual(["v1"]);
  },
);
