import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

const stages = readFileSync("Dockerfile", "utf8")
  .split(/^(?=FROM )/m)
  .slice(1)
  .map((text) => ({ name: / AS (\w+)$/m.exec(text)?.[1], text }));

/** The stage of that name, or the last one, which is the image. */
const stageOf = (name?: string) => stages.find((stage) => stage.name === name)?.text ?? "";

describe("the Dockerfile", () => {
  test("builds the image without the tests, which are a stage that only CI builds", () => {
    expect(stages.map(({ name }) => name)).toEqual(["sources", "test", "build", undefined]);
    expect(stageOf("test")).toMatch(/^FROM sources AS test\nRUN npm test$/m);
    expect(stageOf("build")).toMatch(/^FROM sources AS build\nRUN npm run build$/m);
    expect(stageOf("build")).toMatch(/^RUN chmod -R a\+rX dist$/m);
    expect(new Set(stageOf().match(/--from=\w+/g))).toEqual(new Set(["--from=build"]));
    expect(readFileSync(".github/workflows/ci.yaml", "utf8")).toContain("--target test");
  });

  test("takes npm's configuration and a CA as secrets, which stay out of the image", () => {
    const [, install = ""] = /^RUN ([^]*?npm ci)$/m.exec(stageOf("sources")) ?? [];
    expect(install).toContain("--mount=type=secret,id=npmrc --mount=type=secret,id=ca ");
    expect(install).toContain("NPM_CONFIG_USERCONFIG=/run/secrets/npmrc");
    expect(install).toContain("NODE_EXTRA_CA_CERTS=/run/secrets/ca");
    // The secrets are mounted for this one command.
    expect(stages.filter(({ text }) => text.includes("/run/secrets"))).toHaveLength(1);
  });
});
