import { type Account, type SimulatedImage, old } from "./simulator/account.ts";

/** Old images with the tags v0, v1 and so on. */
export function many(count: number): SimulatedImage[] {
  return Array.from({ length: count }, (_, i) => old(`v${i}`));
}

/** Lets a export function use an image from now on. */
export function use({ functions }: Account, reference: string): void {
  functions.set("new", { versions: new Map([["$LATEST", { imageUri: reference }]]) });
}
