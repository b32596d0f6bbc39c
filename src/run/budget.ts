/** How many images a run may still delete, shared by all repositories. */
export class DeletionBudget {
  #left: number;

  /** @param maxDeletions no limit if missing */
  constructor(maxDeletions: number | undefined) {
    this.#left = maxDeletions ?? Infinity;
  }

  /** Takes a share for as many of some images as may be deleted; returns how many those are. */
  take(images: number): number {
    const taken = Math.min(images, this.#left);
    this.#left -= taken;
    return taken;
  }

  /** Gives back what was taken for images that were then not deleted. */
  giveBack(images: number): void {
    this.#left += images;
  }
}
