import type { Deletion } from "../ecr/deletion.ts";
import type { Log } from "../log.ts";
import type { Plan } from "../plan/plan.ts";
import type { Decision } from "../plan/verdict.ts";
import type { Image } from "../registry/image.ts";
import type { RepositoryOutcome } from "./outcome.ts";

/** Logs what happens to the images of one repository, in the words of the original. */
export class ImageLog {
  readonly #log: Log;
  readonly #repository: string;

  constructor(log: Log, repository: string) {
    this.#log = log;
    this.#repository = repository;
  }

  /** Images that would be deleted if nothing used them. */
  inUse({ decisions }: Plan): void {
    for (const { image, verdict } of decisions) {
      if (verdict.action === "delete" || verdict.reason !== "in-use") continue;
      this.#log.info("Found old image in use", { ...this.#fields(image), usedBy: verdict.because });
    }
  }

  /** In a dry run. */
  unused(images: readonly Image[]): void {
    for (const image of images) {
      this.#log.info("Found unused image, should be removed", this.#fields(image));
    }
  }

  /** In a real run, before ECR is asked. */
  removing(images: readonly Image[]): void {
    for (const image of images) {
      this.#log.info("Found unused image, removing", this.#fields(image));
    }
  }

  /** An image that was unused when the run began, and that a later plan keeps. */
  spared({ image, verdict }: Decision): void {
    this.#log.info("Keeping an image after all", { ...this.#fields(image), verdict });
  }

  /** An image that was to be deleted and was not. */
  notDeleted(deletion: Deletion): void {
    if (deletion.outcome === "deleted" || deletion.outcome === "missing") return;
    const { image, code, message } = deletion;
    const fields = { ...this.#fields(image), code, reason: message };
    if (deletion.outcome === "refused") this.#log.info("ECR keeps an image", fields);
    else this.#log.error("Could not delete an image", fields);
  }

  /** One entry for the whole repository, when the work on it is over. */
  outcome({ repository, status, total, unused, deleted, kept, ...rest }: RepositoryOutcome): void {
    const { refused, failed, durationMs } = rest;
    this.#log.info("Repository done", {
      repository,
      status,
      images: total.images,
      bytes: total.bytes,
      unused: unused.images,
      unusedBytes: unused.bytes,
      deleted: deleted.images,
      deletedBytes: deleted.bytes,
      kept,
      refused,
      failed,
      durationMs,
    });
  }

  #fields({ digest, tags, sizeBytes, pushedAt }: Image) {
    return {
      repository: this.#repository,
      digest,
      tags,
      sizeBytes,
      pushedAt: pushedAt === undefined ? null : new Date(pushedAt).toISOString(),
    };
  }
}
