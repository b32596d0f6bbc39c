import { VERSION } from "../version.ts";
import type { Observer, Surroundings } from "../run/observer.ts";
import { printable } from "./printable.ts";
import { wrapAfter } from "./wrap.ts";

/** The first lines for people, which are printed once, as soon as ECR's answers name the account. */
export interface Heading extends Pick<Observer, "onStart" | "onAccount"> {
  /** Prints the lines without an account, if a run has ended before ECR named one. */
  readonly finish: () => void;
}

/** Prepares the first lines of the command line's output. */
export function createHeading(print: (text: string) => void, width: number): Heading {
  let surroundings: Surroundings | undefined;
  let isPrinted = false;
  const printOnce = (account?: string) => {
    if (isPrinted || surroundings === undefined) return;
    isPrinted = true;
    print(`${renderHeading(surroundings, account, width)}\n\n`);
  };
  return {
    onStart: (started) => (surroundings = started),
    onAccount: printOnce,
    finish: printOnce,
  };
}

/** The version, the account and the Region, the origin of the credentials, and what is read. */
function renderHeading(
  { region, credentials, sources }: Surroundings,
  account: string | undefined,
  width: number,
): string {
  return [
    `aws-ecr-cleaner ${VERSION}`,
    ...wrapAfter("Account      ", `${account ?? "not known"}, ${region}`, width),
    ...wrapAfter("Credentials  ", printable(credentials), width),
    ...wrapAfter("Reads        ", sources.join(", "), width),
  ].join("\n");
}
