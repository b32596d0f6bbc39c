/** Finds the highest of any number of ranks. It remembers twice as many as are wanted, at the most. */
export class Highest {
  readonly #most: number;
  #ranks: number[] = [];

  /** @param most how many are wanted */
  constructor(most: number) {
    this.#most = most;
  }

  add(rank: number): void {
    this.#ranks.push(rank);
    if (this.#ranks.length >= 2 * this.#most) this.#forgetLowest();
  }

  /**
   * Starts a choice: the function returned is asked about every rank that was added, in any order, and accepts as many as are
   * wanted.
   */
  choose(): (rank: number) => boolean {
    this.#forgetLowest();
    const lowest = this.#ranks[0] ?? 0;
    let left = this.#ranks.filter((rank) => rank === lowest).length;
    return (rank) => {
      if (rank !== lowest) return rank > lowest;
      left -= 1;
      return left >= 0;
    };
  }

  /** Leaves the ranks in ascending order. */
  #forgetLowest(): void {
    this.#ranks = [...Float64Array.from(this.#ranks).toSorted().subarray(-this.#most)];
  }
}
