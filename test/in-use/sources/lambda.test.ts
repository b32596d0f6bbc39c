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

  test("reports the image of a version that is published while another image replaces it", async () => {
    let calls = 0;
    const { inUse } = await scan(
      { functions: { mailer: app("v1") } },
      {
        before: {
          "lambda:GetFunction": ({ functions }) => {
            calls += 1;
            if (calls > 1) return;
            functions.get("mailer")?.versions.set("1", { image: app("v1") });
            functions.get("mailer")?.versions.set("$LATEST", { image: app("v2") });
          },
        },
      },
    );
    expect(inUse).toEqual(["v1", "v2"]);
  });

  test("lists the functions once if none of them changes", async () => {
    const { calls } = await scan({ functions: { mailer: app("v1"), worker: app("v2") } });
    expect(calls.filter(({ action }) => action === "lambda:ListFunctions")).toHaveLength(1);
  });
});
