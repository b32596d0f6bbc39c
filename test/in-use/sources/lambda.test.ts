import { describe, expect, test } from "vitest";

import { app, appByDigest } from "../../accounts.ts";
import { digestOf } from "../../simulator/account.ts";
import { readSource } from "../read-source.ts";
import { type Case, scan } from "../scan-account.ts";

describe("the Lambda source", () => {
  test.for<Case>([
    {
      name: "reports every version of a container-image function",
      functions: { mailer: { $LATEST: app("v3"), "1": app("v1") }, zip: null },
      expected: ["v1", "v3"],
    },
  ])("$name", async ({ expected, ...parts }) => {
    const { inUse } = await scan(parts);
    expect(inUse).toEqual(expected);
  });

  test("reports the digest that Lambda resolved", async () => {
    const { placesOf } = await scan({
      functions: {
        mailer: { $LATEST: { image: app("v1"), resolved: appByDigest("v1") } },
      },
    });
    expect(placesOf(digestOf("v1"))).toEqual(["Lambda function mailer, version $LATEST"]);
    expect(placesOf(digestOf("v2"))).toEqual([]);
  });

  test("warns of a function whose environment a KMS key hides", async () => {
    const { blindSpots, used } = await readSource(
      "lambda",
      {},
      {
        answers: {
          "lambda:ListFunctions": () => ({
            Functions: [
              {
                FunctionName: "mailer",
                Version: "$LATEST",
                PackageType: "Zip",
                Environment: { Error: { ErrorCode: "AccessDeniedException", Message: "No key." } },
              },
            ],
          }),
        },
      },
    );
    expect({ blindSpots, used }).toEqual({
      blindSpots: ["Lambda does not show the environment of function mailer"],
      used: [],
    });
  });
});
