import { expect, test } from "vitest";

import { findReferences } from "../../src/registry/text.ts";

const HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const DIGEST = `sha256:${"ab".repeat(32)}`;

test.for([
  { text: "", found: [] },
  { text: "nginx:1.29", found: [] },
  { text: `${HOST}/app`, found: [`${HOST}/app`] },
  { text: `{"image":"${HOST}/shop/api:v1"}`, found: [`${HOST}/shop/api:v1`] },
  {
    text: `see ${HOST}/a:v1, and ${HOST}/b@${DIGEST}.`,
    found: [`${HOST}/a:v1`, `${HOST}/b@${DIGEST}`],
  },
  { text: `https://${HOST}:443/app:v1\n`, found: [`${HOST}:443/app:v1`] },
  {
    text: "123456789012.dkr-ecr-fips.eu-west-1.on.aws/app:v1",
    found: ["123456789012.dkr-ecr-fips.eu-west-1.on.aws/app:v1"],
  },
  { text: "12345.dkr.ecr.eu-west-1.amazonaws.com/app", found: [] },
])("findReferences finds $found in $text", ({ text, found }) => {
  expect(findReferences(text)).toEqual(found);
});
