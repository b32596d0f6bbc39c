import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ClusterToken } from "../../../../src/in-use/sources/eks/token.ts";
import { isTokenFor } from "../../../simulator/services/eks/token.ts";

const CREDENTIALS = { accessKeyId: "simulated", secretAccessKey: "simulated" };

const tokenOf = (region: string, cluster = "main", more: { readonly sessionToken?: string } = {}) =>
  new ClusterToken({ region, credentials: async () => ({ ...CREDENTIALS, ...more }) }, cluster);

/** The call that a token is. */
const callIn = (token: string) =>
  new URL(Buffer.from(token.replace("k8s-aws-v1.", ""), "base64url").toString());

describe("the token of a cluster", () => {
  test("opens this cluster and no other", async () => {
    const token = await tokenOf("eu-west-1").get();
    expect(isTokenFor("main", "eu-west-1", token)).toBe(true);
    expect(isTokenFor("other", "eu-west-1", token)).toBe(false);
  });

  test("works with the keys of a role", async () => {
    const token = await tokenOf("eu-west-1", "main", { sessionToken: "a+b/c==".repeat(150) }).get();
    expect(isTokenFor("main", "eu-west-1", token)).toBe(true);
  });

  test.for([
    { region: "eu-west-1", host: "sts.eu-west-1.amazonaws.com" },
    { region: "us-gov-west-1", host: "sts.us-gov-west-1.amazonaws.com" },
    { region: "cn-north-1", host: "sts.cn-north-1.amazonaws.com.cn" },
    { region: "eusc-de-east-1", host: "sts.eusc-de-east-1.amazonaws.eu" },
  ])("is a call of $host in $region", async ({ region, host }) => {
    expect(callIn(await tokenOf(region).get()).host).toBe(host);
  });

  test("is the same call whatever endpoint the environment names", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    vi.stubEnv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    expect(callIn(await tokenOf("eu-west-1").get()).host).toBe("sts.eu-west-1.amazonaws.com");
  });

  test("is an error if it is longer than EKS takes", async () => {
    const token = tokenOf("eu-west-1", "main", { sessionToken: "x".repeat(3000) });
    await expect(token.get()).rejects.toThrow("EKS takes 4096 at most");
  });

  describe("as time goes by", () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    test("is used for four minutes, then renewed", async () => {
      const token = tokenOf("eu-west-1");
      const first = await token.get();
      vi.advanceTimersByTime(4 * 60_000);
      expect(await token.get()).toBe(first);
      vi.advanceTimersByTime(1_000);
      expect(await token.get()).not.toBe(first);
    });

    test("is renewed once it is forgotten", async () => {
      const token = tokenOf("eu-west-1");
      const first = await token.get();
      vi.advanceTimersByTime(1_000);
      token.forget();
      expect(await token.get()).not.toBe(first);
    });
  });
});
