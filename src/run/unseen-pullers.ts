import type { PullPolicies } from "../ecr/pull-policies.ts";
import { GuardRailError } from "../errors.ts";
import { type Puller, sayWhoMayPull } from "../registry/puller.ts";
import type { Repository } from "../registry/repository.ts";
import { settings } from "../settings/settings.ts";

const { accounts, unseenPullers } = settings;

/**
 * Throws GuardRailError if anybody may pull from a repository whose use of images the run does not read.
 *
 * @param name the repository, as the sentence names it
 */
export async function requireSeenPullers(
  repository: Repository,
  policies: PullPolicies,
  name: string,
): Promise<void> {
  const unseen = await policies.unseenPullers(repository);
  if (unseen.length === 0) return;
  throw new GuardRailError(
    `${sayWhoMayPull(unseen, name)}, and nobody has looked there: ${adviceOn(unseen)}, ` +
      `or tag the repository ${unseenPullers.tag}=ignore`,
  );
}

function adviceOn(unseen: readonly Puller[]): string {
  const kinds = new Set(unseen.map(({ kind }) => kind));
  if (kinds.has("everybody") || kinds.has("unknown")) {
    return "name accounts in its policy, and read these accounts";
  }
  if (kinds.has("service")) return "limit the service to accounts by aws:SourceArn in its policy";
  if (kinds.has("organization")) {
    return `set ${accounts.name}=organization, if it is the organization of this account`;
  }
  return unseen.length === 1
    ? `add the account to ${accounts.name}`
    : `add the accounts to ${accounts.name}`;
}
