/** The task definitions that one source names, each with the places that start tasks from it. */
export class NamedTaskDefinitions {
  readonly #places = new Map<string, Set<string>>();
  readonly #required = new Set<string>();

  get size(): number {
    return this.#places.size;
  }

  /** Every name: an ARN, `family:revision` or a family. */
  get names(): Iterable<string> {
    return this.#places.keys();
  }

  /** @param mayBeGone whether the place can name a task definition that ECS no longer has */
  add(
    name: string,
    place: string,
    { mayBeGone = false }: { readonly mayBeGone?: boolean } = {},
  ): void {
    const places = this.#places.get(name) ?? new Set();
    this.#places.set(name, places.add(place));
    if (!mayBeGone) this.#required.add(name);
  }

  placesOf(name: string): ReadonlySet<string> {
    return this.#places.get(name) ?? new Set();
  }

  /** Whether a place names it that starts tasks only from a task definition that is there. */
  isRequired(name: string): boolean {
    return this.#required.has(name);
  }
}
