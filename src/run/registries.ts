import type { ECRClient } from "@aws-sdk/client-ecr";

import { ECR } from "../ecr/ecr.ts";
import { PullPolicies } from "../ecr/pull-policies.ts";
import type { OpenPlace } from "../in-use/scopes/scopes.ts";
import { nameOf } from "../in-use/scopes/place.ts";
import type { KnownPullers } from "../registry/pullers.ts";

/** A registry that the run can read. */
export interface Registry {
  readonly ecr: ECRClient;
  readonly policies: PullPolicies;
}

/** The registries of all places that a run reads. */
export class Registries {
  readonly #places: ReadonlyMap<string, OpenPlace>;
  readonly #known: KnownPullers;
  readonly #open = new Map<string, Registry>();
  /** The registry that is cleaned. */
  readonly own: Registry;

  /** @param known those whose use of images the run reads */
  constructor(ecr: ECRClient, places: readonly OpenPlace[], known: KnownPullers) {
    this.own = { ecr, policies: new PullPolicies(ecr, known) };
    this.#places = new Map(places.map((place) => [nameOf(place), place]));
    this.#known = known;
  }

  /** The registry of a place, `account/region`; nothing if the run does not read the place. */
  at(key: string): Registry | undefined {
    const known = this.#open.get(key);
    const place = this.#places.get(key);
    if (known !== undefined || place === undefined) return known;
    const ecr = place.connect().client(ECR);
    const registry = { ecr, policies: new PullPolicies(ecr, this.#known) };
    this.#open.set(key, registry);
    return registry;
  }
}
