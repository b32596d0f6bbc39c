import { readIndexes } from "../ecr/manifests.ts";
import type { Repository } from "../ecr/repositories.ts";
import type { Image } from "../registry/image.ts";
import { indexesToRead } from "../plan/indexes-to-read.ts";
import { type Situation, plan } from "../plan/plan.ts";
import type { Decision } from "../plan/verdict.ts";
import type { Run } from "./context.ts";

/** A plan for one repository, and the content of the indexes that it rests on. */
export interface DecidedPlan {
  readonly decisions: readonly Decision[];
  readonly manifests: Map<string, readonly string[]>;
}

/**
 * Plans a repository, reading the indexes whose content can change a verdict, for as long as that brings up further
 * ones; with evidence as the original's, none is read. Throws AwsCallError.
 */
export async function decide(
  { config, aws }: Run,
  repository: Repository,
  situation: Situation,
): Promise<DecidedPlan> {
  const manifests = new Map(situation.manifests);
  for (;;) {
    const decisions = plan({ ...situation, manifests });
    const unread =
      config.evidence === "full" ? indexesToRead(decisions, manifests, situation.usage) : [];
    if (unread.length === 0) return { decisions, manifests };
    const read = await readIndexes(aws.ecr, repository, unread);
    for (const [digest, listed] of read) manifests.set(digest, listed);
  }
}

/** The images that a plan lets go. */
export function unusedOf(decisions: readonly Decision[]): Image[] {
  return decisions.flatMap(({ image, verdict }) => (verdict.action === "delete" ? [image] : []));
}
