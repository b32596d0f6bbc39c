import { createHash } from "node:crypto";

/** A simulated AWS account in one Region: plain data that the simulator reads and changes, and tests look at. */
export interface Account {
  readonly id: string;
  readonly region: string;
  readonly repositories: Map<string, SimulatedRepository>;
  readonly clusters: Map<string, SimulatedCluster>;
  /** Images of the containers of each task definition, by `family:revision`. */
  readonly taskDefinitions: Map<string, readonly string[]>;
  readonly functions: Map<string, SimulatedFunction>;
  readonly appRunnerServices: Map<string, SimulatedAppRunnerService>;
  readonly appRunnerRegions: readonly string[];
  /** What the index of tags knows of repositories, where it is not what there is. */
  readonly tagIndex?: ReadonlyMap<string, SimulatedRepository>;
}

export interface SimulatedRepository {
  readonly tags: Record<string, string>;
  /** By digest, in the order of their pushes. */
  readonly images: Map<string, SimulatedImage>;
}

export interface SimulatedImage {
  readonly digest: string;
  readonly tags: Set<string>;
  readonly sizeBytes: number;
  /** Missing for an image whose push date ECR does not tell. */
  readonly pushedAt?: Date;
  readonly mediaType: string;
  /** Digests that an index lists. */
  readonly children: readonly string[];
  /** The digest of the image that this one is about. */
  readonly subject?: string;
  readonly isArchived: boolean;
  /** When its manifest was last read, by us or anybody. */
  lastPulledAt?: Date;
}

export interface SimulatedCluster {
  readonly services: Map<string, SimulatedService>;
  /** By id. */
  readonly tasks: Map<string, SimulatedTask>;
}

/** A container as ECS tells it: the image as given, and the digest that it was resolved to, once it is. */
export interface SimulatedContainer {
  readonly image?: string;
  readonly digest?: string;
}

interface SimulatedTask {
  readonly containers: readonly SimulatedContainer[];
  readonly taskDefinition?: string;
  /** `service:name` for a task of a service. */
  readonly group?: string;
  /** STOPPED tasks are listed only to those who ask for them. */
  readonly desiredStatus?: "RUNNING" | "STOPPED";
}

export interface SimulatedService {
  /** Missing under an external or CodeDeploy controller. */
  readonly taskDefinition?: string;
  readonly deployments?: readonly string[];
  readonly taskSets?: readonly string[];
  /** The images of each of its current revisions. */
  readonly revisions?: readonly (readonly SimulatedContainer[])[];
}

interface SimulatedFunction {
  /** By version: `$LATEST`, `1`, `2` and so on; a zip function has no image. */
  readonly versions: Map<string, { imageUri?: string; resolvedImageUri?: string }>;
}

interface SimulatedAppRunnerService {
  readonly status: string;
  /** Missing for a service that is built from source code. */
  readonly image?: string;
}

/** The parts of an account that a test cares about; everything else is empty. */
export type AccountParts = Partial<{
  repositories: Record<string, SimulatedRepository>;
  clusters: Record<string, Record<string, SimulatedService>>;
  /** By the name of their cluster. */
  tasks: Record<string, readonly SimulatedTask[]>;
  taskDefinitions: Record<string, readonly string[]>;
  /** The image of a function, or of each of its versions; null for a zip function. */
  functions: Record<
    string,
    string | null | Record<string, string | { image: string; resolved: string }>
  >;
  appRunnerServices: Record<string, SimulatedAppRunnerService>;
  appRunnerRegions: readonly string[];
  tagIndex: Record<string, SimulatedRepository>;
}>;

const ACCOUNT_ID = "123456789012";
export const REGION = "eu-west-1";
export const REGISTRY = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com`;

export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const DAY_MS = 86_400_000;
const MEGABYTE = 1_000_000;

export function createAccount(parts: AccountParts = {}): Account {
  return {
    id: ACCOUNT_ID,
    region: REGION,
    repositories: mapOf(parts.repositories, (repository) => repository),
    clusters: mapOf({ ...emptyClusters(parts), ...parts.clusters }, (services, name) => ({
      services: mapOf(services, (service) => service),
      tasks: new Map((parts.tasks?.[name] ?? []).map((task, id) => [`task-${id}`, task])),
    })),
    taskDefinitions: mapOf(parts.taskDefinitions, (images) => images),
    functions: mapOf(parts.functions, (image) => ({ versions: versionsOf(image) })),
    appRunnerServices: mapOf(parts.appRunnerServices, (service) => service),
    appRunnerRegions: parts.appRunnerRegions ?? ["us-east-1", REGION],
    ...(parts.tagIndex && { tagIndex: mapOf(parts.tagIndex, (repository) => repository) }),
  };
}

function mapOf<Part, Result>(
  parts: Record<string, Part> | undefined,
  create: (part: Part, name: string) => Result,
): Map<string, Result> {
  return new Map(Object.entries(parts ?? {}).map(([name, part]) => [name, create(part, name)]));
}

/** Clusters that are spoken of only because tasks run in them. */
function emptyClusters({ tasks = {} }: AccountParts): Record<string, Record<string, never>> {
  return Object.fromEntries(Object.keys(tasks).map((name) => [name, {}]));
}

function versionsOf(
  image: NonNullable<AccountParts["functions"]>[string],
): SimulatedFunction["versions"] {
  if (image === null) return new Map([["$LATEST", {}]]);
  if (typeof image === "string") return new Map([["$LATEST", { imageUri: image }]]);
  return mapOf(image, (version) =>
    typeof version === "string"
      ? { imageUri: version }
      : { imageUri: version.image, resolvedImageUri: version.resolved },
  );
}

/** A repository with the tag that enables it, and any further ones. */
export function enabled(
  images: readonly SimulatedImage[],
  tags: Record<string, string> = {},
): SimulatedRepository {
  return repository(images, { BoxCleanerEnabled: "true", ...tags });
}

export function repository(
  images: readonly SimulatedImage[],
  tags: Record<string, string> = {},
): SimulatedRepository {
  return { tags, images: new Map(images.map((image) => [image.digest, image])) };
}

/** What can be told about a simulated image; the rest has telling defaults. */
interface ImageParts {
  /** Tags by space. */
  readonly tags?: string;
  readonly ageDays?: number | null;
  readonly sizeMB?: number;
  readonly mediaType?: string;
  readonly children?: readonly SimulatedImage[];
  readonly subject?: SimulatedImage;
  readonly isArchived?: boolean;
}

/** An image whose digest follows from its name, so that tests can speak of it; tagged with its name by default. */
export function image(name: string, parts: ImageParts = {}): SimulatedImage {
  const { tags = name, ageDays = 0, sizeMB = 100, children = [] } = parts;
  return {
    digest: digestOf(name),
    tags: new Set(tags.split(" ").filter(Boolean)),
    sizeBytes: Math.round(sizeMB * MEGABYTE),
    ...(ageDays !== null && { pushedAt: new Date(Date.now() - ageDays * DAY_MS) }),
    mediaType: parts.mediaType ?? (children.length > 0 ? INDEX : MANIFEST),
    children: children.map(({ digest }) => digest),
    ...(parts.subject && { subject: parts.subject.digest }),
    isArchived: parts.isArchived ?? false,
  };
}

/** An image of 100 days. */
export function old(name: string, parts: ImageParts = {}): SimulatedImage {
  return image(name, { ageDays: 100, ...parts });
}

export function digestOf(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

/** The tag by which cosign attaches something to an image: `sig`, `att` or `sbom`; or without one, the OCI fallback. */
export function tagAbout(subject: SimulatedImage, suffix?: string): string {
  const tag = subject.digest.replace(":", "-");
  return suffix === undefined ? tag : `${tag}.${suffix}`;
}

/** What is left in a repository: the tags of each image, or its digest if it has none, in a stable order. */
export function remaining(account: Account, name: string): string[] {
  const images = [...(account.repositories.get(name)?.images.values() ?? [])];
  return images.flatMap(({ tags, digest }) => (tags.size > 0 ? [...tags] : [digest])).toSorted();
}
