import {
  type Members,
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { jsonService } from "../service.ts";

/** A kind of resource, of which SageMaker lists names and describes each. */
interface Kind {
  /** Begins the names of its members and ends those of its operations. */
  readonly noun: string;
  /** The member of an answer that lists it. */
  readonly list: string;
  /** Of a resource whose part has none; models have no status. */
  readonly status?: string;
  /** SageMaker has two errors for what is gone. */
  readonly gone: "ResourceNotFound" | "ValidationException";
}

const KINDS = {
  endpoints: {
    noun: "Endpoint",
    list: "Endpoints",
    status: "InService",
    gone: "ValidationException",
  },
  models: { noun: "Model", list: "Models", gone: "ValidationException" },
  inferenceComponents: {
    noun: "InferenceComponent",
    list: "InferenceComponents",
    status: "InService",
    gone: "ValidationException",
  },
  trainingJobs: {
    noun: "TrainingJob",
    list: "TrainingJobSummaries",
    status: "InProgress",
    gone: "ResourceNotFound",
  },
  processingJobs: {
    noun: "ProcessingJob",
    list: "ProcessingJobSummaries",
    status: "InProgress",
    gone: "ResourceNotFound",
  },
  transformJobs: {
    noun: "TransformJob",
    list: "TransformJobSummaries",
    status: "InProgress",
    gone: "ResourceNotFound",
  },
  algorithms: {
    noun: "Algorithm",
    list: "AlgorithmSummaryList",
    status: "Completed",
    gone: "ValidationException",
  },
  pipelines: {
    noun: "Pipeline",
    list: "PipelineSummaries",
    status: "Active",
    gone: "ResourceNotFound",
  },
  modelPackages: {
    noun: "ModelPackage",
    list: "ModelPackageSummaryList",
    status: "Completed",
    gone: "ValidationException",
  },
} satisfies Record<string, Kind>;

type KindName = keyof typeof KINDS;

export interface SageMakerState {
  /** By name, as SageMaker describes them; a model package of a group is `group/version`. */
  readonly sageMaker: Readonly<Record<KindName, Map<string, Members>>> & {
    /** The container image of each version of each image. */
    readonly images: Map<string, Map<string, string>>;
  };
}

interface SageMakerParts {
  readonly sageMaker?: Partial<Record<KindName, Record<string, Members>>> & {
    readonly images?: Record<string, Record<string, string>>;
  };
}

function createSageMakerState({ sageMaker = {} }: SageMakerParts): SageMakerState {
  const kinds = mapOf(KINDS, (_, name) =>
    mapOf(sageMaker[name as KindName], (resource) => resource),
  );
  return {
    sageMaker: {
      ...(Object.fromEntries(kinds) as Record<KindName, Map<string, Members>>),
      images: mapOf(sageMaker.images, (versions) => new Map(Object.entries(versions))),
    },
  };
}

const CREATED_AT = 1_790_000_000;
const TIMES = { CreationTime: CREATED_AT, LastModifiedTime: CREATED_AT };

/** The two operations that every kind of resource has. */
function operationsOf(name: KindName): Record<string, Operation<SageMakerState>> {
  const kind: Kind = KINDS[name];
  return {
    [`List${kind.noun}s`]: ({ sageMaker, ...account }, input) => {
      const summaries = [...sageMaker[name]]
        .filter(([name]) => isOfGroup(kind, name, input))
        .map(([name, resource]) => summaryOf(account, kind, name, resource))
        .filter(
          (summary) =>
            (input["StatusEquals"] ?? statusOf(kind, summary)) === statusOf(kind, summary),
        );
      const { items, ...rest } = page(summaries, input);
      return { [kind.list]: items, ...rest };
    },
    [`Describe${kind.noun}`]: ({ sageMaker, ...account }, input) => {
      const asked = input[`${kind.noun}Name`].replace(arnOf(account, kind, ""), "");
      const resource = sageMaker[name].get(asked);
      if (resource === undefined) throw gone(kind, arnOf(account, kind, asked));
      return { ...summaryOf(account, kind, asked, resource), ...resource };
    },
  };
}

function summaryOf(place: Place, kind: Kind, name: string, resource: Members): Members {
  return {
    [`${kind.noun}Name`]: name,
    [`${kind.noun}Arn`]: arnOf(place, kind, name),
    [`${kind.noun}Status`]: statusOf(kind, resource),
    ...TIMES,
  };
}

function statusOf({ noun, status }: Kind, resource: Members): string | undefined {
  return resource[`${noun}Status`] ?? status;
}

/** Whether a list call asks for the group of a model package: those of groups are listed only if asked for. */
function isOfGroup({ noun }: Kind, name: string, input: Members): boolean {
  if (noun !== "ModelPackage") return true;
  const { ModelPackageType = "Unversioned", ModelPackageGroupName } = input;
  if (ModelPackageGroupName !== undefined) return name.startsWith(`${ModelPackageGroupName}/`);
  return ModelPackageType === "Both" || name.includes("/") === (ModelPackageType === "Versioned");
}

function gone(kind: Kind, arn: string): ServiceError {
  const message =
    kind.gone === "ResourceNotFound"
      ? "Requested resource not found."
      : `Could not find ${wordsOf(kind, " ")} "${arn}".`;
  return new ServiceError(kind.gone, message);
}

const listImages: Operation<SageMakerState> = ({ sageMaker, ...account }, input) => {
  const { items, ...rest } = page([...sageMaker.images.keys()], input);
  const Images = items.map((name) => ({
    ImageName: name,
    ImageArn: arnOf(account, IMAGE, name),
    ImageStatus: "CREATED",
    ...TIMES,
  }));
  return { Images, ...rest };
};

const listImageVersions: Operation<SageMakerState> = ({ sageMaker, ...account }, input) => {
  const { ImageName } = input;
  const { items, ...rest } = page([...versionsOf(sageMaker, ImageName).keys()], input);
  return { ImageVersions: items.map((version) => versionOf(account, ImageName, version)), ...rest };
};

/** Describes the newest version if none is given. */
const describeImageVersion: Operation<SageMakerState> = ({ sageMaker, ...account }, input) => {
  const { ImageName, Version } = input;
  const versions = versionsOf(sageMaker, ImageName);
  const asked = String(Version ?? [...versions.keys()].at(-1));
  const image = versions.get(asked);
  if (image === undefined) throw gone(IMAGE, ImageName);
  return { ...versionOf(account, ImageName, asked), BaseImage: image, ContainerImage: image };
};

const IMAGE: Kind = { noun: "Image", list: "Images", status: "CREATED", gone: "ResourceNotFound" };

function versionsOf({ images }: SageMakerState["sageMaker"], name: string): Map<string, string> {
  const versions = images.get(name);
  if (versions !== undefined) return versions;
  throw gone(IMAGE, name);
}

function versionOf(place: Place, image: string, version: string): Members {
  return {
    ImageArn: arnOf(place, IMAGE, image),
    ImageVersionArn: arnOf(place, { ...IMAGE, noun: "ImageVersion" }, `${image}/${version}`),
    ImageVersionStatus: "CREATED",
    Version: Number(version),
    ...TIMES,
  };
}

/** SageMaker lists 10 items a page unless asked for more. */
function page<Item>(items: readonly Item[], { MaxResults = 10, NextToken }: Members) {
  requireRange("MaxResults", MaxResults, 1, 100);
  const { items: listed, nextToken } = pageOf(items, NextToken, MaxResults);
  return { items: listed, NextToken: nextToken };
}

/** Such as `…:training-job/name`. */
function arnOf({ region, id }: Place, kind: Kind, name: string): string {
  return `arn:aws:sagemaker:${region}:${id}:${wordsOf(kind, "-")}/${name}`;
}

function wordsOf({ noun }: Kind, separator: string): string {
  return noun.replaceAll(/(?<=[a-z])(?=[A-Z])/g, separator).toLowerCase();
}

/** The ARN of the resource that a request names by its kind. */
function resourceOf(place: Place, input: Members): string | undefined {
  const kind = [IMAGE, ...Object.values(KINDS)].find(({ noun }) => `${noun}Name` in input);
  return kind && arnOf(place, kind, input[`${kind.noun}Name`]);
}

export const sageMaker = jsonService({
  prefix: "sagemaker",
  sdkId: "SageMaker",
  pageToken: "NextToken",
  createState: createSageMakerState,
  version: "1.1",
  target: "SageMaker",
  resourceOf,
  operations: {
    ...operationsOf("endpoints"),
    ...operationsOf("models"),
    ...operationsOf("inferenceComponents"),
    ...operationsOf("trainingJobs"),
    ...operationsOf("processingJobs"),
    ...operationsOf("transformJobs"),
    ...operationsOf("pipelines"),
    ...operationsOf("modelPackages"),
    ...operationsOf("algorithms"),
    ListImages: listImages,
    ListImageVersions: listImageVersions,
    DescribeImageVersion: describeImageVersion,
  },
});
