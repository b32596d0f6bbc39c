import type { Account } from "../../../../simulator/account.ts";
import { referencesIn } from "../texts.ts";
import type { Settings } from "../settings.ts";

/** A container: the image as somebody named it, and the digest that it was resolved to. */
export interface Container {
  readonly image?: string;
  readonly digest?: string;
}

/** What a row of the table "What counts as in use" says of an account. */
export type Row = (account: Account, settings: Settings) => Container[];

/** Containers of images that are given by name alone. */
export function containersOf(images: readonly (string | undefined)[]): Container[] {
  return images.flatMap((image) => (image === undefined ? [] : [{ image }]));
}

/**
 * Whatever the ECR references in a definition name. It puts texts together when it runs: one that ends with the repository can go on, so it
 * names the whole repository.
 */
export function namedInDefinition(value: unknown): Container[] {
  return namedIn(value).map(({ image = "" }) => ({
    image: /[:@{]/.test(image.slice(image.indexOf("/"))) ? image : `${image}:{}`,
  }));
}

/** Whatever the ECR references in a value name. */
export function namedIn(value: unknown): Container[] {
  return containersOf(referencesIn(value));
}
