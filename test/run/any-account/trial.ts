import { type StartedRun, type Start, start } from "../../../src/run/start.ts";
import { useSimulator } from "../../make-run.ts";
import type { Account } from "../../simulator/account.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator/simulator.ts";
import { isEvidence } from "./calls.ts";
import { type DrawnOrganization, buildOrganization } from "./organizations.ts";
import { contentOfCopies, usedInCopies } from "./oracle/copies.ts";
import type { Settings } from "./oracle/settings.ts";
import { type Expectation, type Expectations, expectationsOf } from "./oracle/oracle.ts";
import { isSame } from "./oracle/places.ts";
import type { TriedOrganization } from "./places.ts";

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
  readonly organization: TriedOrganization;
  /** Its home. */
  readonly account: Account;
  readonly simulator: Simulator;
  readonly expected: Expectations;
  readonly before: Contents;
  readonly after: Contents;
  /** What other registries have lost that somebody there uses. */
  readonly lostInCopies: readonly string[];
  /** When the run took place, in milliseconds since the epoch. */
  readonly now: number;
}

/** How a trial differs from a real run in which AWS answers as it should. */
export interface Conditions extends Partial<Start> {
  readonly simulated?: SimulatorOptions;
  readonly isDryRun?: boolean;
}

/** Makes a run on a fresh organization. */
export async function tryOn(drawn: DrawnOrganization, conditions: Conditions = {}): Promise<Trial> {
  const now = Date.now();
  return tryAgain(buildOrganization(drawn, now), drawn.settings, now, conditions);
}

/** Makes a run on an organization as it is, with a clock that stands still. */
export async function tryAgain(
  organization: TriedOrganization,
  settings: Settings,
  now: number,
  { simulated, isDryRun = false, ...request }: Conditions = {},
): Promise<Trial> {
  const account = organization.home;
  const expected = expectationsOf(organization, settings, now);
  const used = usedInCopies(organization, settings);
  const before = contentsOf(account);
  await using simulator = await startSimulator(organization, {
    ...denied(organization),
    ...simulated,
  });
  useSimulator(simulator);
  const result = await start({
    env: { BOX_LOG: "SILENT", ...settings, DRY_RUN: String(isDryRun) },
    now: () => now,
    ...request,
  });
  const left = new Set(contentOfCopies(organization));
  const lostInCopies = used.filter((each) => !left.has(each));
  const after = contentsOf(account);
  return {
    ...result,
    organization,
    account,
    simulator,
    expected,
    before,
    after,
    lostInCopies,
    now,
  };
}

function denied({ denial }: TriedOrganization): SimulatorOptions {
  if (denial === undefined) return {};
  const { place, calls } = denial;
  const isMeant = calls === "ECR" ? (action: string) => action.startsWith("ecr:") : isEvidence;
  return { isAllowed: (action, _, asked) => !isSame(asked, place) || !isMeant(action) };
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

/** The images that had to be kept, and are gone or lack a tag, in home or in a copy. */
export function wronglyDeleted({ before, after, expected, lostInCopies }: Trial): string[] {
  const lost = imagesThat("keep", { before, expected }, (name, digest, tags) => {
    const left = after.get(name)?.get(digest);
    return left === undefined || tags.some((tag) => !left.includes(tag));
  });
  return [...lost, ...lostInCopies];
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
