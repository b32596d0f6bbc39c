/** How sure it is that ECS has a task definition that a place names. */
export interface NameOptions {
  /** The place can name one that ECS no longer has. */
  readonly mayBeGone: true;
  /** ECS has listed it in this scan. */
  readonly isListed?: true;
}

/** The task definitions that one source names, each with the places that start tasks from it. */
export class NamedTaskDefinitions {
  readonly #places = new Map<string, Set<string>>();
  readonly #required = new Set<string>();
  readonly #listed = new Set<string>();

  get size(): number {
    return this.#places.size;
  }

  /** Every name: an ARN, `family:revision` or a family. */
  get names(): Iterable<string> {
    return this.#places.keys();
  }

  /** @param options missing if the place starts tasks only from a task definition that is there */
  add(name: string, place: string, options?: NameOptions): void {
    const places = this.#places.get(name) ?? new Set();
    this.#places.set(name, places.add(place));
    if (options === undefined) this.#required.add(name);
    if (options?.isListed === true) this.#listed.add(name);
  }

  placesOf(name: string): ReadonlySet<string> {
    return this.#places.get(name) ?? new Set();
  }

  /** Whether a place names it that starts tasks only from a task definition that is there. */
  isRequired(name: string): boolean {
    return this.#required.has(name);
  }

  /** Whether ECS must have it, or has listed it: then what an earlier run has found of it is enough. */
  isThere(name: string): boolean {
    return this.#required.has(name) || this.#listed.has(name);
  }
}
