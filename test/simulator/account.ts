import type { Place } from "./operation.ts";
import { SERVICES } from "./services/index.ts";

export {
  MANIFEST,
  type SimulatedImage,
  digestOf,
  enabled,
  image,
  old,
  repository,
  tagAbout,
} from "./images.ts";

type CreateState = (typeof SERVICES)[number]["createState"];

/** The type that has the members of all types of a union. */
type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/**
 * A simulated AWS account in one Region, which the simulator reads and changes, and tests check: the state of every
 * service together.
 */
export type Account = Place & Intersection<ReturnType<CreateState>>;

/** The parts of an account that a test cares about; everything else is empty. */
export type AccountParts = Intersection<Parameters<CreateState>[0]>;

export const ACCOUNT_ID = "123456789012";
export const REGION = "eu-west-1";
export const REGISTRY = `${ACCOUNT_ID}.dkr.ecr.${REGION}.amazonaws.com`;

export function createAccount(
  parts: AccountParts = {},
  place: Place = { id: ACCOUNT_ID, region: REGION },
): Account {
  const states = SERVICES.map(({ createState }) => createState(parts, place));
  return Object.assign({}, place, ...states) as Account;
}

/** What is left in a repository: the tags of each image, or its digest if it has none, in a stable order. */
export function remaining(account: Account, name: string): string[] {
  const images = [...(account.repositories.get(name)?.images.values() ?? [])];
  return images.flatMap(({ tags, digest }) => (tags.size > 0 ? [...tags] : [digest])).toSorted();
}
