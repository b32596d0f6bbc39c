import fc from "fast-check";

import type { Organization } from "../../simulator/organization.ts";
import { changeImages, imageChanges } from "./changes.ts";
import { COPY_PLACES } from "./places.ts";

const HALF_A_DAY_MS = 43_200_000;

/** How the copies of home's repositories differ from these. */
export const copyChanges = fc.array(
  fc.record({
    place: fc.constantFrom(...COPY_PLACES),
    change: imageChanges("tag", "untag", "pull", "push image", "push index", "remove image"),
  }),
  { maxLength: 4 },
);
type CopyChange = typeof copyChanges extends fc.Arbitrary<(infer Value)[]> ? Value : never;

/** Changes a copy as somebody did half a day before `now`, in milliseconds since the epoch. */
export function changeCopy(
  organization: Organization,
  { place, change }: CopyChange,
  id: string,
  now: number,
): void {
  changeImages(organization.place(place.id, place.region), change, id, now - HALF_A_DAY_MS);
}
