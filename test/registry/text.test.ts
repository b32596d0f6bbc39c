import { describe, expect, test } from "vitest";

import { parseReference } from "../../src/registry/reference.ts";
import { findReferences, findReferencesInDefinition } from "../../src/registry/text.ts";

const HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const APP = `${HOST}/shop/app`;
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("in a text, a reference is found", () => {
  test.for([
    { name: "on its own", text: `${APP}:v1`, found: [`${APP}:v1`] },
    { name: "between quotes", text: `{"image":"${APP}:v1"}`, found: [`${APP}:v1`] },
    { name: "with a digest", text: `run ${APP}@${DIGEST}, now`, found: [`${APP}@${DIGEST}`] },
    { name: "with a port", text: `${HOST}:443/shop/app:v1`, found: [`${HOST}:443/shop/app:v1`] },
    {
      name: "once, wherever it is repeated",
      text: `${APP}:v1 ${APP}:v2 ${APP}:v1`,
      found: [`${APP}:v1`, `${APP}:v2`],
    },
    {
      name: "at a sentence's end, as a tag with and without a dot",
      text: `Runs ${APP}:v1.`,
      found: [`${APP}:v1.`, `${APP}:v1`],
    },
    {
      name: "with escaped slashes",
      text: `${APP}:v1`.replaceAll("/", String.raw`\/`),
      found: [`${APP}:v1`],
    },
    {
      name: "before a command's &&",
      text: `docker run "${APP}:v1" && echo`,
      found: [`${APP}:v1`],
    },
    {
      name: "beside another one",
      text: `${APP}:v1,${HOST}/web:v2`,
      found: [`${APP}:v1`, `${HOST}/web:v2`],
    },
    {
      name: "in JSON within JSON, whose writer escapes all that it can",
      text: JSON.stringify({ image: JSON.stringify({ a: `${APP}:v1` }) }).replaceAll(
        "/",
        String.raw`/`,
      ),
      found: [`${APP}:v1`],
    },
    { name: "but no registry alone", text: `login ${HOST} or https://${HOST}/`, found: [] },
    { name: "but none of another registry", text: "nginx:1.29 public.ecr.aws/a/b:v1", found: [] },
  ])("$name", ({ text, found }) => {
    const references = findReferences(text);
    expect(references).toEqual(found);
    for (const reference of references) {
      expect(parseReference(reference) ?? {}).not.toHaveProperty("unreadable");
    }
  });
});

describe("a reference that is put together later keeps its whole repository:", () => {
  test.for([
    `States.Format('${APP}:{}', $.tag)`,
    `States.Format('${APP}:v1-{}', $.tag)`,
    `States.Format('${APP}{}', $.suffix)`,
    `{% '${APP}:' & $tag %}`,
    `{% "${APP}:v1-"&$tag %}`,
    String.raw`{\"Image\": \"{% \"${"APP"}:\" & $tag %}\"}`.replace("APP", APP),
    `"${APP}:" + tag`,
    `"${APP}:$TAG"`,
    `"${APP}:\${TAG}"`,
    `"${APP}:<tag>"`,
    `"${APP}:%TAG%"`,
    `"${APP}:"`,
    `"${APP}@"`,
    `{% '${APP}'\n & ':' & $tag %}`,
    JSON.stringify(`{% '${APP}:release-'\n & $n %}`),
    JSON.stringify(JSON.stringify(`{% "${APP}" & ':' & $tag %}`)),
    `{% ('${APP}') & ':' & $tag %}`,
    `docker run ${APP}:release-"$X"`,
    JSON.stringify(`${APP}:<tag>`).replace("<", String.raw`\u003c`),
  ])("%s", (text) => {
    const references = findReferences(text).map((reference) => parseReference(reference));
    expect(references).toEqual([
      { account: "123456789012", region: "eu-west-1", repository: "shop/app", unreadable: true },
    ]);
  });
});

test("of references that are joined, the second one is found too", () => {
  expect(findReferences(`${APP}:v1:${HOST}/web:v2`)).toContain(`${HOST}/web:v2`);
});

describe("in a definition, a reference", () => {
  test.for([
    {
      name: "without a tag keeps its whole repository",
      text: `$join(['${APP}', $tag], ':')`,
      found: `${APP}{}`,
    },
    { name: "with a tag is one image", text: `"${APP}:v1"`, found: `${APP}:v1` },
    { name: "with a digest is one image", text: `"${APP}@${DIGEST}"`, found: `${APP}@${DIGEST}` },
    {
      name: "with a port and without a tag keeps its whole repository",
      text: `"${HOST}:443/a"`,
      found: `${HOST}:443/a{}`,
    },
  ])("$name", ({ text, found }) => {
    expect(findReferencesInDefinition(text)).toEqual([found]);
  });
});
