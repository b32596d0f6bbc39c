import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { start } from "../../src/run/start.ts";

let asked: string[];
let proxy: ReturnType<typeof createServer>;

/** Starts a proxy that records the hosts it is asked for, and refuses every connection. */
beforeEach(async () => {
  asked = [];
  proxy = createServer();
  proxy.on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const { port } = proxy.address() as AddressInfo;
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "simulated");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "simulated");
});
afterEach(() => {
  proxy.close();
});

const env = { AWS_REGION: "eu-west-1", BOX_LOG: "SILENT" };
const SSO_START = "https://simulated.awsapps.com/start";

/** Writes a file of profiles and a token of SSO to a folder, and uses them in place of the keys in the environment. */
function useProfile(text: string): void {
  const home = mkdtempSync(join(tmpdir(), "proxy-home-"));
  const cache = join(home, ".aws/sso/cache");
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(home, "config"), `[profile tested]\n${text}`);
  const token = { accessToken: "simulated", expiresAt: "2999-01-01T00:00:00Z" };
  const name = createHash("sha1").update(SSO_START).digest("hex");
  writeFileSync(join(cache, `${name}.json`), JSON.stringify(token));
  vi.stubEnv("HOME", home);
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
  vi.stubEnv("AWS_PROFILE", "tested");
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  onTestFinished(() => rmSync(home, { recursive: true }));
}

test.for([
  {
    name: "a role",
    profile: `
      role_arn = arn:aws:iam::123456789012:role/cleaner
      source_profile = keys
      [profile keys]
      aws_access_key_id = simulated
      aws_secret_access_key = simulated`,
    host: "sts.eu-west-1.amazonaws.com:443",
  },
  {
    name: "SSO",
    profile: `
      sso_start_url = ${SSO_START}
      sso_region = eu-west-1
      sso_account_id = 123456789012
      sso_role_name = cleaner`,
    host: "portal.sso.eu-west-1.amazonaws.com:443",
  },
])("a run asks for the credentials of $name through the proxy", async ({ profile, host }) => {
  useProfile(profile.replaceAll(/^ +/gm, ""));
  await expect(start({ env })).rejects.toThrow("No AWS credentials were found");
  expect(asked).toContain(host);
});

test("a run calls AWS through the proxy in HTTPS_PROXY", async () => {
  const { summary } = await start({ env });
  expect(summary.complete).toBe(false);
  expect(asked).toContain("tagging.eu-west-1.amazonaws.com:443");
  expect(asked).toContain("api.ecr.eu-west-1.amazonaws.com:443");
});

test("a run calls the hosts in NO_PROXY directly", async () => {
  vi.stubEnv("NO_PROXY", "localhost,127.0.0.1");
  // The proxy speaks no TLS. The SDK does not retry such an error.
  const { port } = proxy.address() as AddressInfo;
  vi.stubEnv("AWS_ENDPOINT_URL", `https://127.0.0.1:${port}`);
  const { summary } = await start({ env });
  expect(summary.failures[0]?.code).toBe("EPROTO");
  expect(asked).toEqual([]);
});
