import { createHash } from "node:crypto";

export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

const DAY_MS = 86_400_000;
const MEGABYTE = 1_000_000;

export interface SimulatedRepository {
  readonly tags: Record<string, string>;
  /** By digest, in the order of their pushes. */
  readonly images: Map<string, SimulatedImage>;
}

export interface SimulatedImage {
  readonly digest: string;
  readonly tags: Set<string>;
  readonly sizeBytes: number;
  /** Missing if ECR answers no push date. */
  readonly pushedAt?: Date;
  readonly mediaType: string;
  /** Digests that an index lists. */
  readonly children: readonly string[];
  /** The digest of the image that this one is about. */
  readonly subject?: string;
  readonly isArchived: boolean;
  /** When anybody last read its manifest, the cleaner included. */
  lastPulledAt?: Date;
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

/** What a test may say about a simulated image; the rest has defaults. */
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

/** An image whose digest follows from its name, so that tests can name it; tagged with its name by default. */
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
