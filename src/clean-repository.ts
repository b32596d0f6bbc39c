import { parsePolicy } from "./config.ts";
import { type Deletion, deleteBatch, toBatches } from "./ecr/delete-images.ts";
import { listImages } from "./ecr/images.ts";
import type { Repository } from "./ecr/repositories.ts";
import { ConfigError, asError } from "./errors.ts";
import type { Image } from "./image.ts";
import type { InUseImages } from "./in-use/in-use-images.ts";
import { plan } from "./plan/plan.ts";
import type { Decision } from "./plan/verdict.ts";
import type { RepositoryOutcome } from "./report/outcome.ts";
import { Tally } from "./report/tally.ts";
import type { Run } from "./run.ts";

/** Decides on all images of one repository and, unless the run is dry, deletes what nothing keeps; never throws. */
export async function cleanRepository(
  run: Run,
  inUse: InUseImages,
  repository: Repository,
): Promise<RepositoryOutcome> {
  const tally = new Tally(repository.name);
  try {
    const decisions = await decide(run, inUse, repository);
    tally.addPlan(decisions);
    logImagesInUse(run, repository, decisions);

    const unused = decisions.flatMap(({ image, verdict }) =>
      verdict.action === "delete" ? [image] : [],
    );
    if (run.config.dryRun) logUnused(run, repository, unused, "should be removed");
    else await remove(run, repository, unused, tally);
  } catch (error) {
    const fields = { repository: repository.name, reason: asError(error).message };
    if (error instanceof ConfigError) {
      tally.skip(error.message);
      run.log.warn("Skipping a repository with a wrong setting", fields);
    } else {
      tally.fail(error);
      run.log.error("Could not clean a repository", fields);
    }
  }
  return tally.outcome();
}

async function decide(
  { config, aws, now }: Run,
  inUse: InUseImages,
  repository: Repository,
): Promise<Decision[]> {
  const policy = parsePolicy(repository.tags, config.defaultPolicy);
  const images = await listImages(aws.ecr, repository);
  const usedAt = (image: Image) => inUse.placeOf(repository.key, image);
  return plan({ images, policy, usedAt, now: now() });
}

async function remove(
  run: Run,
  repository: Repository,
  unused: readonly Image[],
  tally: Tally,
): Promise<void> {
  for (const batch of toBatches(unused)) {
    logUnused(run, repository, batch, "removing");
    try {
      const deletions = await deleteBatch(run.aws.ecr, repository, batch);
      for (const deletion of deletions) {
        tally.addDeletion(deletion);
        logDeletion(run, repository, deletion);
      }
    } catch (error) {
      tally.addFailedImages(batch.length);
      throw error;
    }
  }
}

function logImagesInUse(
  { log }: Run,
  repository: Repository,
  decisions: readonly Decision[],
): void {
  for (const { image, verdict } of decisions) {
    if (verdict.action === "keep" && verdict.reason === "in-use") {
      log.info("Found old image in use", {
        ...fieldsOf(repository, image),
        usedBy: verdict.because,
      });
    }
  }
}

function logUnused(
  { log }: Run,
  repository: Repository,
  images: readonly Image[],
  fate: "should be removed" | "removing",
): void {
  for (const image of images) log.info(`Found unused image, ${fate}`, fieldsOf(repository, image));
}

function logDeletion({ log }: Run, repository: Repository, deletion: Deletion): void {
  if (deletion.outcome === "deleted") return;
  const { image, code, message } = deletion;
  const fields = { ...fieldsOf(repository, image), code, reason: message };
  if (deletion.outcome === "refused") log.info("ECR keeps an image", fields);
  else log.error("Could not delete an image", fields);
}

function fieldsOf(repository: Repository, { digest, tags, sizeBytes, pushedAt }: Image) {
  return {
    repository: repository.name,
    digest,
    tags,
    sizeBytes,
    pushedAt: pushedAt === undefined ? null : new Date(pushedAt).toISOString(),
  };
}
