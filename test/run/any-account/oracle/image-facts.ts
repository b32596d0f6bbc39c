import type { SimulatedImage } from "../../../simulator/account.ts";
import type { SimulatedRepository } from "../../../simulator/images.ts";

const TAG_ABOUT = /^sha256-([\da-f]{64})(?:\.(?:sig|att|sbom))?$/;

/** The digests of the images that an image signs, attests or describes. */
export function subjectsOf({ subject, tags }: SimulatedImage): string[] {
  const named = [...tags].flatMap((tag) => {
    const hex = TAG_ABOUT.exec(tag)?.[1];
    return hex === undefined ? [] : [`sha256:${hex}`];
  });
  return subject === undefined ? named : [subject, ...named];
}

export function isReferrer(image: SimulatedImage): boolean {
  return subjectsOf(image).length > 0;
}

export function isIndex({ mediaType }: SimulatedImage): boolean {
  return mediaType.includes("index") || mediaType.includes("manifest.list");
}

/** The digests that an index lists, and those that the indexes among them list, as far as those are read. */
export function listedBy(
  { children }: SimulatedImage,
  { images }: SimulatedRepository,
  isRead: (index: SimulatedImage) => boolean,
): ReadonlySet<string> {
  const listed = new Set(children);
  // A set goes on with what is added to it meanwhile.
  for (const digest of listed) {
    const child = images.get(digest);
    if (child !== undefined && isRead(child)) for (const each of child.children) listed.add(each);
  }
  return listed;
}
