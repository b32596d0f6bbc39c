import type { Evidence } from "../in-use/evidence.ts";
import type { RunContext } from "./context.ts";

/**
 * Whether a run has found any use of a registry, or of one that has its copies: a registry that only fills others is in use by their
 * references. No use at all is more often a wrong Region or role than the truth.
 *
 * @param registry `account/region`
 */
export function hasAnyUse(
  { replication }: Pick<RunContext, "replication">,
  registry: string,
  { images }: Evidence,
): boolean {
  const registries = [registry, ...(replication?.destinations ?? [])];
  return registries.some((each) => images.countIn(each) > 0);
}
