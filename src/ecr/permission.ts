import { AwsCallError } from "../aws/calls.ts";
import type { Repository } from "../registry/repository.ts";

/**
 * Finds out whether the role has a permission, by a call about each repository. One that allows it is enough: another one can deny
 * it by a policy of its own. Throws AwsCallError if all deny it.
 */
export async function requirePermission(
  repositories: readonly Repository[],
  ask: (repository: Repository) => Promise<unknown>,
): Promise<void> {
  let denial: AwsCallError | undefined;
  for (const repository of repositories) {
    try {
      await ask(repository);
      return;
    } catch (error) {
      if (!(error instanceof AwsCallError)) throw error;
      // Any other answer says nothing of the permission.
      if (!error.isDenied) return;
      denial = error;
    }
  }
  if (denial !== undefined) throw denial;
}
