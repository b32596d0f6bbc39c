import type { Aws, Clients } from "../../aws/clients.ts";
import type { Place } from "./place.ts";

/** Where a run reads what is in use, beside its own account and Region. */
export interface ScopeSettings {
  /** By their 12 digits, or all accounts of the organization. */
  readonly accounts: readonly string[] | "organization";
  /** By their names, or all that an account has enabled. */
  readonly regions: readonly string[] | "all";
  /** The name of the role that other accounts have for this program, with its path if it has one. */
  readonly role: string;
  readonly externalId: string | undefined;
}

/** An account in a Region that a run reads. */
export interface OpenPlace extends Place {
  /** The services of the place. Those of a place other than the run's own are made new each time, and forgotten after use. */
  readonly connect: () => Clients;
}

/** An account that cannot be read. */
export interface ClosedPlace {
  /** Its 12 digits, or other words for it. */
  readonly place: string;
  readonly error: Error;
  /** What to do, where the error does not say it. */
  readonly advice?: string;
}

/** Everything that a run reads. */
export interface Scopes {
  readonly places: readonly OpenPlace[];
  readonly closed: readonly ClosedPlace[];
  /** The organization that is read as a whole. */
  readonly organization?: string;
  /** Suspended, closed and never activated accounts, which nothing can run in. */
  readonly inactive: readonly string[];
}

/** The place of the run itself. */
export function ownPlace(aws: Aws): OpenPlace {
  return { region: aws.region, connect: () => aws };
}
