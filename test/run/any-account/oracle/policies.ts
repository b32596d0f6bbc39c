import type { Account } from "../../../simulator/account.ts";
import { type PullRequest, allows } from "../../../registry/policy-oracle.ts";
import type { TriedOrganization } from "../places.ts";
import { accountsRead } from "./places.ts";
import type { Settings } from "./settings.ts";

/** An account that may be in an organization. */
interface Asking {
  readonly id: string;
  readonly organization?: string;
}

/** Accounts of whose existence no run knows: in no organization, in another one, and in home's as long as nobody lists that. */
const STRANGERS: readonly Asking[] = [
  { id: "444444444444" },
  { id: "555555555555", organization: "o-another0000" },
];
const UNLISTED = "666666666666";

/** Whether somebody may pull from a repository, by its policy or its registry's, whom the run does not read. */
export function mayUnreadPull(
  registry: Account,
  name: string,
  organization: TriedOrganization,
  settings: Settings,
): boolean {
  const resource = `arn:aws:ecr:${registry.region}:${registry.id}:repository/${name}`;
  const policies = [registry.policies.get(name), registry.registryPolicy];
  return policies.some(
    (policy) =>
      policy !== undefined &&
      unreadAccounts(organization, settings)
        .flatMap((asking) => requestsOf(asking, resource))
        .some((request) => allows(parse(policy), request)),
  );
}

/** A suspended account pulls nothing, if it is known to be suspended. */
function unreadAccounts(organization: TriedOrganization, settings: Settings): Asking[] {
  const { organizationId, members } = organization;
  const read = accountsRead(organization, settings);
  const isListed = settings["IN_USE_ACCOUNTS"] === "organization";
  const others = isListed ? [] : [...members.keys(), UNLISTED];
  return [
    ...STRANGERS,
    ...others
      .filter((id) => !read.includes(id))
      .map((id) => ({ id, organization: organizationId })),
  ];
}

/** An account pulls by itself, and as Lambda does for its functions. */
function requestsOf({ id, organization }: Asking, resource: string): PullRequest[] {
  const action = "ecr:BatchGetImage";
  const root = `arn:aws:iam::${id}:root`;
  const contextOf = (by: "principal" | "source", arn: string) => ({
    [`aws:${by}account`]: id,
    [`aws:${by}arn`]: arn,
    ...(organization !== undefined && { [`aws:${by}orgid`]: organization }),
  });
  return [
    { action, resource, type: "AWS", names: [root, id], context: contextOf("principal", root) },
    {
      action,
      resource,
      type: "Service",
      names: ["lambda.amazonaws.com"],
      context: contextOf("source", `arn:aws:lambda:eu-west-1:${id}:function:any`),
    },
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
