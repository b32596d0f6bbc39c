import fc from "fast-check";

import type { Organization } from "../../simulator/organization.ts";
import { changeImages, imageChanges } from "./changes.ts";
import { COPY_PLACES, HOME, OTHER_ACCOUNT } from "./places.ts";
import { sometimes } from "./references.ts";

const HALF_A_DAY_MS = 43_200_000;

/** A place of copies, most often one that settings name. */
export const copyPlaces = sometimes(
  { id: OTHER_ACCOUNT, region: HOME.region },
  fc.constantFrom(...COPY_PLACES),
  2,
);

/** How the copies of home's repositories differ from these. */
export const copyChanges = fc.array(
  fc.record({
    place: copyPlaces,
    change: imageChanges("tag", "tag", "untag", "pull", "push image", "push index", "remove image"),
  }),
  { minLength: 1, maxLength: 6 },
);
export type CopyChange = typeof copyChanges extends fc.Arbitrary<(infer Value)[]> ? Value : never;

/** Changes a copy as somebody did half a day before `now`, in milliseconds since the epoch. */
export function changeCopy(
  organization: Organization,
  { place, change }: CopyChange,
  id: string,
  now: number,
): void {
  changeImages(organization.place(place.id, place.region), change, id, now - HALF_A_DAY_MS);
}
