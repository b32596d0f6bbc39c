import { type StartedRun, type Start, start } from "../../../src/run/start.ts";
import { useSimulator } from "../../make-run.ts";
import type { Account } from "../../simulator/account.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator/simulator.ts";
import { type DrawnAccount, buildAccount } from "./accounts.ts";
import type { Settings } from "./oracle/settings.ts";
import { type Expectation, type Expectations, expectationsOf } from "./oracle/oracle.ts";

/** The tags of every image, by repository and digest: what a run can take away. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

export function contentsOf({ repositories }: Account): Contents {
  return new Map(
    [...repositories].map(([name, { images }]) => [
      name,
      new Map([...images.values()].map(({ digest, tags }) => [digest, [...tags]])),
    ]),
  );
}

/** What a run did with an account, and what it had to do. */
export interface Trial extends StartedRun {
  readonly account: Account;
  readonly simulator: Simulator;
  readonly expected: Expectations;
  readonly before: Contents;
  readonly after: Contents;
  /** When the run took place, in milliseconds since the epoch. */
  readonly now: number;
}

/** How a trial differs from a real run on a healthy account. */
export interface Conditions extends Partial<Start> {
  readonly simulated?: SimulatorOptions;
  readonly isDryRun?: boolean;
}

/** Makes a run on a fresh account. */
export async function tryOn(drawn: DrawnAccount, conditions: Conditions = {}): Promise<Trial> {
  const now = Date.now();
  return tryAgain(buildAccount(drawn, now), drawn.settings, now, conditions);
}

/** Makes a run on an account as it is, with a clock that stands still. */
export async function tryAgain(
  account: Account,
  settings: Settings,
  now: number,
  { simulated, isDryRun = false, ...request }: Conditions = {},
): Promise<Trial> {
  const expected = expectationsOf(account, settings, now);
  const before = contentsOf(account);
  await using simulator = await startSimulator(account, simulated);
  useSimulator(simulator);
  const result = await start({
    env: { BOX_LOG: "SILENT", ...settings, DRY_RUN: String(isDryRun) },
    now: () => now,
    ...request,
  });
  return { ...result, account, simulator, expected, before, after: contentsOf(account), now };
}

/** An image, for a message: `repository@digest` with its tags. */
function imageText(name: string, digest: string, tags: readonly string[]): string {
  return `${name}@${digest} (${tags.toSorted().join(" ")})`;
}

/** All images of an account with their tags, in a stable order. */
export function imagesIn(contents: Contents): string[] {
  return [...contents]
    .flatMap(([name, images]) => [...images].map(([digest, tags]) => imageText(name, digest, tags)))
    .toSorted();
}

/** The images that had to be kept, and are gone or lack a tag. */
export function wronglyDeleted({ before, after, expected }: Trial): string[] {
  return imagesThat("keep", { before, expected }, (name, digest, tags) => {
    const left = after.get(name)?.get(digest);
    return left === undefined || tags.some((tag) => !left.includes(tag));
  });
}

/** The images that had to be deleted, and are still there. */
export function wronglyKept({ before, after, expected }: Trial): string[] {
  return imagesThat(
    "delete",
    { before, expected },
    (name, digest) => after.get(name)?.has(digest) ?? false,
  );
}

function imagesThat(
  expectation: Expectation,
  { before, expected }: Pick<Trial, "before" | "expected">,
  isWrong: (name: string, digest: string, tags: readonly string[]) => boolean,
): string[] {
  return [...before].flatMap(([name, images]) =>
    [...images]
      .filter(([digest, tags]) => {
        const isExpected = expected.get(name)?.get(digest) === expectation;
        return isExpected && isWrong(name, digest, tags);
      })
      .map(([digest, tags]) => imageText(name, digest, tags)),
  );
}
