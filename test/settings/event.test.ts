import { describe, expect, test } from "vitest";

import { ConfigError } from "../../src/errors.ts";
import { parseConfig } from "../../src/settings/config.ts";
import { narrow } from "../../src/settings/event.ts";

const { config } = parseConfig({});

describe("an event", () => {
  const real = { ...config, dryRun: false };

  test.for([
    undefined,
    null,
    "anything",
    7,
    [],
    {},
    { key1: "value1", key2: "value2", key3: "value3" },
    {
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "123456789012",
      resources: ["arn:aws:events:eu-west-1:123456789012:rule/nightly"],
      detail: {},
    },
  ])("%j does not change the run", (event) => {
    expect(narrow(real, event)).toEqual(real);
    expect(narrow(config, event)).toEqual(config);
  });

  test.for([
    { event: { dryRun: true }, dryRun: true },
    { event: { dryRun: false }, dryRun: false },
  ])("$event sets dryRun of a real run to $dryRun", ({ event, dryRun }) => {
    expect(narrow(real, event).dryRun).toBe(dryRun);
  });

  test("never turns a dry run into a real run", () => {
    expect(narrow(config, { dryRun: false }).dryRun).toBe(true);
  });

  test.for([[["shop/api", "shop/web"]], [[]]])(
    "narrows the run to the repositories %j",
    ([repositories]) => {
      expect(narrow(config, { repositories }).repositories).toEqual(repositories);
    },
  );

  test("with values of a wrong type is refused, and the error quotes all of them", () => {
    const event = { dryRun: "yes", repositories: ["shop/api", 7] };
    expect(() => narrow(real, event)).toThrow(
      new ConfigError(
        '"dryRun" in the event is "yes", neither true nor false; ' +
          '"repositories" in the event is ["shop/api",7], no list of repository names',
      ),
    );
  });
});
