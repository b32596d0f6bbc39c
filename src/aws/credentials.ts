import type { Environment } from "../environment.ts";
import { ConfigError, asError } from "../errors.ts";

/** Where credentials come from, by the SDK's name of the provider. Of several, the first one counts. */
const PROVIDERS: readonly (readonly [provider: string, text: string])[] = [
  ["CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN", "a web identity"],
  ["CREDENTIALS_ENV_VARS", "the environment (AWS_ACCESS_KEY_ID)"],
  ["CREDENTIALS_HTTP", "the container"],
  ["CREDENTIALS_IMDS", "the EC2 instance"],
];

/** Requires credentials, and says in a few words where they come from. Throws ConfigError if there are none. */
export async function readCredentials(
  provider: () => Promise<object>,
  env: Environment,
): Promise<string> {
  const profile = env["AWS_PROFILE"] ?? "";
  try {
    return describe(await provider(), profile, env["AWS_ROLE_ARN"] ?? "");
  } catch (cause) {
    const reason = asError(cause).message.replace(/[.\s]+$/, "");
    throw new ConfigError(
      profile === ""
        ? `No AWS credentials were found: set AWS_PROFILE, or sign in (${reason}).`
        : `No credentials were found for the AWS profile "${profile}", which AWS_PROFILE names: check its name ` +
            `with "aws configure list-profiles", or sign in with "aws sso login --profile ${profile}" (${reason}).`,
      { cause },
    );
  }
}

/** The SDK notes beside the keys which provider they come from. */
function describe(identity: object, profile: string, roleArn: string): string {
  const sources = "$source" in identity ? Object.keys(Object(identity.$source)) : [];
  if (profile !== "") return `profile ${profile}`;
  const known = PROVIDERS.find(([provider]) => sources.includes(provider));
  if (known === undefined) return "the default profile";
  const [provider, text] = known;
  const isRole = provider === PROVIDERS[0]?.[0] && roleArn !== "";
  return isRole ? `role ${roleArn.slice(roleArn.lastIndexOf("/") + 1)}, by ${text}` : text;
}
