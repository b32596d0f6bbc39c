import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { namesIn, repositoryKey } from "../../src/registry/keys.ts";
import { parseReference, withDigest } from "../../src/registry/reference.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const KEY = "123456789012/eu-west-1/shop/api";

const keysOf = (text: string) => {
  const reference = parseReference(text);
  if (reference === undefined) return undefined;
  const repository = repositoryKey(reference);
  const separator = (name: string) => (name === "" ? "" : name.includes(":") ? "@" : ":");
  return namesIn(reference).map((name) => `${repository}${separator(name)}${name}`);
};

describe("a reference to ECR", () => {
  const host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
  test.for([
    { text: `${host}/shop/api`, keys: [`${KEY}:latest`] },
    { text: `${host}/shop/api:latest`, keys: [`${KEY}:latest`] },
    { text: `${host}/shop/api:v1.2_3-rc`, keys: [`${KEY}:v1.2_3-rc`] },
    { text: `${host}/shop/api@${DIGEST}`, keys: [`${KEY}@${DIGEST}`] },
    {
      text: `${host}/a__b--c/d.-e@sha512+b64.x-y:${"0f".repeat(64)}`,
      keys: [`123456789012/eu-west-1/a__b--c/d.-e@sha512+b64.x-y:${"0f".repeat(64)}`],
    },
    { text: `${host}/shop/api:v1@${DIGEST}`, keys: [`${KEY}:v1`, `${KEY}@${DIGEST}`] },
    { text: `  ${host}/shop/api:v1\n`, keys: [`${KEY}:v1`] },
    { text: `https://${host}/shop/api:v1`, keys: [`${KEY}:v1`] },
    { text: `${host}:443/shop/api:v1`, keys: [`${KEY}:v1`] },
    { text: `${host.toUpperCase()}/shop/api:V1`, keys: [`${KEY}:V1`] },
    {
      text: "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/shop/api:v1",
      keys: [`${KEY}:v1`],
    },
    { text: "123456789012.dkr-ecr.eu-west-1.on.aws/shop/api:v1", keys: [`${KEY}:v1`] },
    { text: "123456789012.dkr-ecr-fips.eu-west-1.on.aws/shop/api:v1", keys: [`${KEY}:v1`] },
    {
      text: "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/api",
      keys: ["123456789012/cn-north-1/shop/api:latest"],
    },
    {
      text: "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/shop/api:v1",
      keys: ["123456789012/eusc-de-east-1/shop/api:v1"],
    },
    {
      text: "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/shop/api:v1",
      keys: ["123456789012/us-iso-east-1/shop/api:v1"],
    },
    {
      text: "123456789012.dkr.ecr.mars-1.partition.of.tomorrow/shop/api:v1",
      keys: ["123456789012/mars-1/shop/api:v1"],
    },
  ])("$text has the keys $keys", ({ text, keys }) => {
    expect(keysOf(text)).toEqual(keys);
  });

  test.for([
    `${host}/shop/api:`,
    `${host}/shop/api:v1:v2`,
    `${host}/shop/api:-v1`,
    `${host}/shop/api:${"v".repeat(129)}`,
    `${host}/shop/api@`,
    `${host}/shop/api@sha256:12`,
    `${host}/shop/api@!${DIGEST}`,
    `${host}/shop/api@${DIGEST}!`,
    `${host}/shop/api@sha256+:${DIGEST.slice(7)}`,
    `${host}/shop/api@${DIGEST}@${DIGEST}`,
    `${host}/shop/api:\${TAG}`,
    `${host}/Shop/Api:v1`,
    `${host}/shop/api :v1`,
    `${host}//shop/api:v1`,
    `${host}/shop/api/:v1`,
    `${host}/shop/api/`,
    `${host}/shop/api:v1 # production`,
  ])("%s is unreadable and counts for its whole repository", (text) => {
    expect(keysOf(text)).toEqual([KEY]);
  });
});

test("an unreadable reference counts for a repository with any name", () => {
  expect(keysOf("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a__b--c/d ?")).toEqual([
    "123456789012/eu-west-1/a__b--c/d",
  ]);
});

describe("withDigest", () => {
  test.for([
    { reference: "app:v1", digest: DIGEST, expected: [`app:v1@${DIGEST}`] },
    { reference: "app:v1", digest: undefined, expected: ["app:v1"] },
    { reference: "host:443/app", digest: DIGEST, expected: [`host:443/app:latest@${DIGEST}`] },
    {
      reference: "app@sha256:1",
      digest: DIGEST,
      expected: ["app@sha256:1", `app@${DIGEST}`],
    },
  ])("joins $reference and $digest", ({ reference, digest, expected }) => {
    expect(withDigest(reference, digest)).toEqual(expected);
  });
});

test.for([
  "",
  "nginx",
  "nginx:1.29",
  "library/nginx@" + DIGEST,
  "public.ecr.aws/nginx/nginx:1.29",
  "ghcr.io/shop/api:v1",
  "1234.dkr.ecr.eu-west-1.amazonaws.com/shop/api:v1",
  "example.com/123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:v1",
])("%s is not a reference to ECR", (text) => {
  expect(parseReference(text)).toBeUndefined();
});

describe("any reference", () => {
  const account = fc.stringMatching(/^\d{12}$/);
  const region = fc.constantFrom("eu-west-1", "us-gov-east-1", "cn-northwest-1");
  const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
  const repository = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
  const hosts = fc.constantFrom(
    (id: string, at: string) => `${id}.dkr.ecr.${at}.amazonaws.com`,
    (id: string, at: string) => `${id}.dkr.ecr-fips.${at}.amazonaws.com`,
    (id: string, at: string) => `${id}.dkr-ecr.${at}.on.aws`,
    (id: string, at: string) => `${id}.DKR.ECR.${at}.AmazonAWS.com`,
  );

  test("has the same keys in every spelling of its host", () => {
    fc.assert(
      fc.property(
        hosts,
        account,
        region,
        repository,
        fc.option(tag),
        fc.option(digest),
        (...drawn) => {
          const [host, id, at, name, drawnTag, drawnDigest] = drawn;
          const suffix = (drawnTag ? `:${drawnTag}` : "") + (drawnDigest ? `@${drawnDigest}` : "");
          const expected = [
            ...(drawnTag ? [`${id}/${at}/${name}:${drawnTag}`] : []),
            ...(drawnDigest ? [`${id}/${at}/${name}@${drawnDigest}`] : []),
          ];
          expect(keysOf(`${host(id, at)}/${name}${suffix}`)).toEqual(
            expected.length > 0 ? expected : [`${id}/${at}/${name}:latest`],
          );
        },
      ),
    );
  });

  test("to an ECR host counts for its own repository, whatever its tag", () => {
    fc.assert(
      fc.property(fc.string(), repository, (oddity, name) => {
        const keys = keysOf(`123456789012.dkr.ecr.eu-west-1.amazonaws.com/${name}:${oddity}`);
        expect(keys?.length).toBeGreaterThan(0);
        for (const key of keys ?? []) {
          expect(key.startsWith(`123456789012/eu-west-1/${name}`)).toBe(true);
        }
      }),
    );
  });

  test("is parsed without an error, whatever its text", () => {
    const texts = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(texts, (text) => {
        expect(() => parseReference(text)).not.toThrow();
      }),
    );
  });
});
