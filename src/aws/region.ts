import { lookup } from "node:dns/promises";

import { DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { getProxyForUrl } from "proxy-from-env";

import type { Environment } from "../environment.ts";
import { ConfigError, asError, codeOf } from "../errors.ts";

/** The variables that name the Region, the first one first. The SDK reads only the first. An empty one is not set. */
const VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/** How long a host name may take to resolve, in ms. */
const LOOKUP_TIMEOUT_MS = 5_000;
const LOOKUPS = 3;

/** The Region that the environment names, and the variable that names it. */
export function regionOf(
  env: Environment,
): { readonly variable: string; readonly region: string } | undefined {
  return VARIABLES.flatMap((variable) => {
    const region = env[variable] ?? "";
    return region === "" ? [] : [{ variable, region }];
  })[0];
}

/** The Region that a client uses. Throws ConfigError if none is set, or if its name is not valid. */
export async function readRegion(finder: ECRClient, env: Environment): Promise<string> {
  const named = regionOf(env);
  try {
    const region = await finder.config.region();
    // AWS signs by the exact name, so that no other spelling works.
    if (region !== region.toLowerCase()) throw new Error(`region="${region}" is not in lower case`);
    return region;
  } catch (cause) {
    if (named !== undefined) throw invalid(named.variable, named.region, cause);
    // The SDK has no other sign for it than its text.
    const ofProfile = /region="(?<name>.*)"/.exec(asError(cause).message)?.groups?.["name"];
    const profile = env["AWS_PROFILE"] ?? "";
    const owner = profile === "" ? "the AWS profile in use" : `the AWS profile "${profile}"`;
    if (ofProfile !== undefined) throw invalid(`The region of ${owner}`, ofProfile, cause);
    throw new ConfigError(
      profile === ""
        ? `No AWS Region is set: set AWS_REGION, or a region in ${owner}.`
        : `No AWS Region is set: ${owner} has none, or does not exist. Set AWS_REGION, or check the profile's name with "aws configure list-profiles".`,
      { cause },
    );
  }
}

function invalid(source: string, region: string, cause: unknown): ConfigError {
  return new ConfigError(
    `${source} is "${region}", which is not the name of an AWS Region: set one such as eu-west-1.`,
    { cause },
  );
}

/**
 * Requires that the host name of ECR resolves. One lookup tells at once what a run would learn only after all its retries.
 * Behind a proxy, the proxy looks the name up, so nothing is checked. Throws ConfigError.
 *
 * @param source the setting that names the Region
 */
export async function requireHost(
  client: ECRClient,
  region: string,
  source = "AWS_REGION or in the profile",
): Promise<void> {
  const host = await hostOf(client);
  if (host === undefined || getProxyForUrl(`https://${host}`) !== "") return;
  try {
    await lookUp(host);
  } catch (cause) {
    throw new ConfigError(
      `Cannot find ECR in the AWS Region "${region}": the host name ${host} does not resolve ` +
        `(${codeOf(asError(cause))}). Check the name of the Region in ${source}, and the network.`,
      { cause },
    );
  }
}

/** The host that a client calls, with every setting that the SDK has for it. */
async function hostOf(client: ECRClient): Promise<string | undefined> {
  let host: string | undefined;
  const command = new DescribeRepositoriesCommand({});
  command.middlewareStack.add(
    () =>
      async ({ request }) => {
        if (typeof request === "object" && request !== null && "hostname" in request) {
          host = String(request.hostname);
        }
        throw new Error("The call was never to be made");
      },
    { step: "build" },
  );
  await client.send(command).catch(() => {});
  return host;
}

/** Only one answer means that there is no such host. Every other failure is asked again. */
async function lookUp(host: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await withTimeout(lookup(host));
      return;
    } catch (error) {
      if (codeOf(asError(error)) === "ENOTFOUND" || attempt >= LOOKUPS) throw error;
    }
  }
}

async function withTimeout(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error("The lookup takes too long"), { code: "ETIMEDOUT" }));
    }, LOOKUP_TIMEOUT_MS);
  });
  try {
    await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
