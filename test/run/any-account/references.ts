import fc from "fast-check";

import { REGISTRY, digestOf } from "../../simulator/account.ts";
import type { Place } from "../../simulator/operation.ts";
import { OTHER_ACCOUNT, OTHER_REGION } from "./places.ts";

/** The names of an account's repositories, in their order; the first one is in every account. */
export const REPOSITORIES = ["app", "shop/api", "sigs"];

/** Most often the first repository. */
export const repositoryNames = sometimes("app", fc.constantFrom(...REPOSITORIES), 3);

/** As many different images as there are; the number of an image gives its digest. */
export const IMAGES = 5;
export const numbers = fc.nat(IMAGES - 1);
export const digestOfNumber = (number: number): string => digestOf(`image-${number}`);

export const tagNames = fc.constantFrom("v1", "v2", "latest", "release-1");

export function hostOf({ id, region }: Place): string {
  return `${id}.dkr.ecr.${region}.amazonaws.com`;
}

const HOSTS = {
  plain: REGISTRY,
  fips: REGISTRY.replace(".ecr.", ".ecr-fips."),
  dualStack: REGISTRY.replace(".dkr.ecr.", ".dkr-ecr.").replace("amazonaws.com", "on.aws"),
  port: `${REGISTRY}:443`,
  upperCase: REGISTRY.toUpperCase(),
  otherAccount: REGISTRY.replace("123456789012", OTHER_ACCOUNT),
  otherRegion: REGISTRY.replace("eu-west-1", OTHER_REGION),
  docker: "docker.io",
};

/** A host, most often the plain one of the registry. */
const hosts = sometimes(HOSTS.plain, fc.constantFrom(...Object.values(HOSTS)));

/** What a reference names after its repository; most often something. */
const names = fc.oneof(
  { weight: 10, arbitrary: tagNames.map((tag) => `:${tag}`) },
  { weight: 10, arbitrary: numbers.map((number) => `@${digestOfNumber(number)}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(tagNames, numbers)
      .map(([tag, number]) => `:${tag}@${digestOfNumber(number)}`),
  },
  { weight: 2, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom(":", ":-v1", "@sha256:123", ":v1:v2", ":${TAG}") },
);

/** References to images, in all the spellings that people use, and some that nobody can read. */
export const references = fc
  .tuple(hosts, sometimes(repositoryNames, fc.constant("gone"), 15), names)
  .map(([host, repository, name]) => ({
    repository,
    /** Without tag and digest. */
    name: `${host}/${repository}`,
    text: `${host}/${repository}${name}`,
  }));

/** The usual value, and once in so many times another one. */
export function sometimes<const Usual, const Value>(
  usual: Usual | fc.Arbitrary<Usual>,
  values: fc.Arbitrary<Value>,
  times = 6,
): fc.Arbitrary<Usual | Value> {
  return fc.oneof(
    {
      weight: times - 1,
      arbitrary: usual instanceof fc.Arbitrary ? usual : fc.constant(usual),
    },
    { weight: 1, arbitrary: values },
  );
}
