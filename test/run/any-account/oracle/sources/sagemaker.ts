import type { Account } from "../../../../simulator/account.ts";
import type { Members } from "../../../../simulator/operation.ts";
import { type Container, type Row, containersOf, namedIn, namedInDefinition } from "./container.ts";

type SageMaker = Account["sageMaker"];

export const sageMaker: Row = ({ sageMaker: all }) => [
  ...[...all.models.values()].flatMap((model) => modelContainersOf(model, all)),
  ...[...all.endpoints.values()].flatMap(deployedIn),
  ...[...all.inferenceComponents.values()].flatMap(deployedIn),
  ...jobContainersOf(all),
  ...[...all.pipelines.values()].flatMap(({ PipelineDefinition }) =>
    namedInDefinition(JSON.parse(PipelineDefinition)),
  ),
  ...containersOf([...all.images.values()].flatMap((versions) => [...versions.values()])),
];

/** The images of a model, those of the model packages that it names, and what its environment names. */
function modelContainersOf(model: Members, { modelPackages }: SageMaker): Container[] {
  const { PrimaryContainer, Containers = [] } = model;
  const containers: Members[] = [...(PrimaryContainer ? [PrimaryContainer] : []), ...Containers];
  return containers.flatMap(({ Image, ModelPackageName = "", Environment }) => {
    const [, ...name] = ModelPackageName.split("/");
    const { InferenceSpecification } = modelPackages.get(name.join("/")) ?? {};
    const packaged: Members[] = InferenceSpecification?.Containers ?? [];
    return [
      ...containersOf([Image]),
      ...namedIn(Environment),
      ...packaged.map((each) => ({ image: each["Image"], digest: each["ImageDigest"] })),
    ];
  });
}

/** The images given and resolved, wherever a description has deployed images: in every variant, in progress too. */
function deployedIn(value: unknown): Container[] {
  if (typeof value !== "object" || value === null) return [];
  const { SpecifiedImage, ResolvedImage }: Members = value;
  return [
    ...containersOf([SpecifiedImage, ResolvedImage]),
    ...Object.values(value).flatMap(deployedIn),
  ];
}

/** A transform job works by a model, which counts on its own. */
function jobContainersOf({ trainingJobs, processingJobs }: SageMaker): Container[] {
  const training = [...trainingJobs.values()].filter(
    ({ TrainingJobStatus: status = "InProgress" }) => status === "InProgress",
  );
  const processing = [...processingJobs.values()].filter(
    ({ ProcessingJobStatus: status = "InProgress" }) => status === "InProgress",
  );
  return [
    ...containersOf(
      training.map(({ AlgorithmSpecification }) => AlgorithmSpecification.TrainingImage),
    ),
    ...containersOf(processing.map(({ AppSpecification }) => AppSpecification.ImageUri)),
    ...[...training, ...processing].flatMap(({ Environment }) => namedIn(Environment)),
  ];
}
