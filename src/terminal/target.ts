import { ConfigError } from "../errors.ts";
import { registryKey } from "../registry/keys.ts";
import { parseReference } from "../registry/reference.ts";
import type { Image } from "../registry/image.ts";

/** A repository that a person names, or one image of it, by tag or digest. */
export interface Target {
  readonly repository: string;
  /** `account/region`, if the person named them too. */
  readonly registry?: string;
  readonly tag?: string;
  readonly digest?: string;
}

const ARN = /^arn:[^:]+:ecr:(?<region>[^:]+):(?<account>\d+):repository\/(?<path>.+)$/;
const URI = /^(?:[a-z]+:\/\/)?[^/]*\.dkr[.-]ecr[^/]*\/(?<path>.*)$/i;
const REPOSITORY = /^[a-z0-9][a-z0-9._/-]*$/;

/**
 * Reads `repository`, `repository:tag` or `repository@digest`. The repository is a name, an ARN or a URI.
 *
 * @param option the option that names it, for the error
 * @throws ConfigError if no repository is named
 */
export function parseTarget(option: string, text: string): Target {
  const arn = ARN.exec(text)?.groups;
  const path = arn?.["path"] ?? URI.exec(text)?.groups?.["path"] ?? text;
  const [name = "", digest] = path.split("@");
  const [repository = "", tag] = name.split(":");
  if (!REPOSITORY.test(repository) || (arn === undefined && text.startsWith("arn:"))) {
    throw new ConfigError(
      `${option} "${text}" names no repository: give its name (such as shop/api), its ARN or its URI.`,
    );
  }
  const registry = registryOf(text, arn);
  return {
    repository,
    ...(registry !== undefined && { registry }),
    ...(digest !== undefined && { digest }),
    ...(tag !== undefined && digest === undefined && { tag }),
  };
}

/** Reads a repository. Throws ConfigError if none is named, or an image of it. */
export function parseRepository(option: string, text: string): Target {
  const target = parseTarget(option, text);
  if (target.tag === undefined && target.digest === undefined) return target;
  throw new ConfigError(
    `${option} "${text}" names an image: give the repository alone, such as ${target.repository}.`,
  );
}

/** Whether a target is an image, or the repository of it. */
export function isAskedFor(image: Image, { tag, digest }: Target): boolean {
  if (digest !== undefined) return image.digest === digest;
  return tag === undefined || image.tags.includes(tag);
}

function registryOf(text: string, arn: Record<string, string> | undefined): string | undefined {
  if (arn !== undefined) {
    return registryKey({ account: arn["account"] ?? "", region: arn["region"] ?? "" });
  }
  const reference = parseReference(text);
  return reference === undefined ? undefined : registryKey(reference);
}
