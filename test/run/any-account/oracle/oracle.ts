import type { Account, SimulatedImage } from "../../../simulator/account.ts";
import type { TriedOrganization } from "../places.ts";
import { copyPlacesOf } from "./copies.ts";
import { type InUse, readInUse } from "./evidence.ts";
import { isIndex, subjectsOf } from "./image-facts.ts";
import { type Situation, isKeptAlone, keptIn } from "./kept.ts";
import { LIMITS } from "./limits.ts";
import { isSame, placesRead } from "./places.ts";
import { mayUnreadPull } from "./policies.ts";
import { type Rules, type Settings, isOriginal, rulesOf } from "./settings.ts";

/**
 * What README.md says of an image: the run must keep it, the run must delete it, or the README leaves that open. The rules
 * here are written from README.md and from nothing else, so that they share no mistake with the program.
 */
export type Expectation = "keep" | "delete" | "either";

/** The expectation for each image of home, by repository and digest. */
export type Expectations = ReadonlyMap<string, ReadonlyMap<string, Expectation>>;

/** What the run must do with each image of home; `now` in milliseconds since the epoch. */
export function expectationsOf(
  organization: TriedOrganization,
  settings: Settings,
  now: number,
): Expectations {
  const account = organization.home;
  const read = placesRead(organization, settings);
  const places = read ?? [account];
  const inUse = readInUse(places, account, settings);
  const copiesOf = (name: string) =>
    isOriginal(settings)
      ? []
      : copyPlacesOf(organization, name).map((registry) => ({
          registry,
          repository: registry.repositories.get(name),
          inUse: readInUse(places, registry, settings),
        }));
  const listed = new Set(
    [...account.repositories.keys()].filter((name) => rulesFor(organization, name, settings)),
  );
  const areCopiesUsed = registriesOfCopies(account, settings).some(
    (registry) => !isEmpty(readInUse(places, registry, settings)),
  );
  const guard = read === undefined ? "closed" : emptyGuard(inUse, account, settings, areCopiesUsed);
  const mayDelete = (expectation: Expectation) => weaken(expectation, guard);
  return new Map(
    [...account.repositories].map(([name, repository]) => {
      const rules = rulesFor(organization, name, settings);
      const expected =
        rules &&
        inRepository(
          {
            account,
            name,
            repository,
            rules,
            inUse,
            copiesOf,
            listed,
            isOriginal: isOriginal(settings),
            now,
          },
          settings,
        );
      return [
        name,
        new Map(
          [...repository.images.keys()].map((digest) => [
            digest,
            mayDelete(expected?.get(digest) ?? "keep"),
          ]),
        ),
      ];
    }),
  );
}

/** What a rule for all images makes of the expectation for one. */
type Guard = "closed" | "unsure" | "open";

function weaken(expectation: Expectation, guard: Guard): Expectation {
  if (guard === "closed") return "keep";
  return guard === "unsure" && expectation === "delete" ? "either" : expectation;
}

function isEmpty({ names, wholeRepositories }: InUse): boolean {
  return names.size === 0 && wholeRepositories.size === 0;
}

/** The registries in which ECR repeats any deletion. The original reads none of the rules. */
function registriesOfCopies({ replication }: Account, settings: Settings) {
  const rules = isOriginal(settings) ? [] : replication;
  return rules
    .filter(({ deleteReplication }) => deleteReplication?.enabled === true)
    .flatMap(({ destinations }) => destinations)
    .map(({ registryId: id, region }) => ({ id, region }));
}

/**
 * Nothing is deleted if no image of the registry is in use, nor of those of its copies. Whether a missing image counts, and
 * one of a copy, is left open.
 */
function emptyGuard(
  inUse: InUse,
  { repositories }: Account,
  settings: Settings,
  areCopiesUsed: boolean,
): Guard {
  if (settings["ALLOW_EMPTY_IN_USE"] === "true") return "open";
  if (isEmpty(inUse)) return areCopiesUsed ? "unsure" : "closed";
  const isThere = [...repositories].some(([name, { images }]) =>
    [...images.values()].some(({ digest, tags }) =>
      [`${name}@${digest}`, ...[...tags].map((tag) => `${name}:${tag}`)].some((each) =>
        inUse.names.has(each),
      ),
    ),
  );
  return isThere ? "open" : "unsure";
}

/** The rules of a repository, or undefined if the run must not touch it. */
function rulesFor(
  organization: TriedOrganization,
  name: string,
  settings: Settings,
): Rules | undefined {
  const { home, denial } = organization;
  const rules = rulesOf(home.repositories.get(name)?.tags ?? {}, settings);
  if (rules === undefined || isOriginal(settings)) return rules;
  const places = placesRead(organization, settings) ?? [];
  const copies = copyPlacesOf(organization, name);
  const areCopiesRead = copies.every(
    (copy) =>
      places.some((place) => isSame(place, copy)) &&
      (denial === undefined || !isSame(denial.place, copy)),
  );
  if (!areCopiesRead) return undefined;
  const isOpenToUnread = [home, ...copies].some((registry) =>
    mayUnreadPull(registry, name, organization, settings),
  );
  return isOpenToUnread && !rules.ignoresUnseenPullers ? undefined : rules;
}

function inRepository(situation: Situation, settings: Settings): Map<string, Expectation> {
  const least = keptIn(situation, "least");
  const most = keptIn(situation, "most");
  const { images } = situation.repository;
  const isVague = LIMITS.circlesOfUnreadIndexes && hasVagueCircle(situation);
  const expectationOf = (digest: string): Expectation => {
    const image = images.get(digest);
    if (isVague && image !== undefined && !isKeptAlone(image, situation, "least")) return "either";
    if (least.has(digest)) return "keep";
    return most.has(digest) ? "either" : "delete";
  };
  const expected = new Map([...images.keys()].map((digest) => [digest, expectationOf(digest)]));
  const guards = [
    percentGuard(situation, settings, [...expected.values()]),
    limitGuard(settings),
    tagIndexGuard(situation),
  ];
  return new Map(
    [...expected].map(([digest, expectation]) => [digest, guards.reduce(weaken, expectation)]),
  );
}

/** Whether images wait for each other in a circle, beside an index that is not read. */
function hasVagueCircle({ repository, isOriginal: isUnread }: Situation): boolean {
  const images = [...repository.images.values()];
  if (!isUnread && !images.some((image) => isIndex(image) && image.isArchived)) return false;
  const before = (image: SimulatedImage) => [
    ...subjectsOf(image),
    ...images.filter(({ children }) => children.includes(image.digest)).map(({ digest }) => digest),
  ];
  return images.some((image) => {
    const reached = new Set(before(image));
    for (const digest of reached) {
      const other = repository.images.get(digest);
      for (const each of other === undefined ? [] : before(other)) reached.add(each);
    }
    return reached.has(image.digest);
  });
}

/** The program may count what an index that it does not read lists, though ECR then keeps it. */
function percentGuard(
  situation: Situation,
  settings: Settings,
  expected: readonly Expectation[],
): Guard {
  const images = [...situation.repository.images.values()];
  const limit = (Number(settings["MAX_DELETE_PERCENT"] ?? "100") / 100) * images.length;
  const fewest = expected.filter((expectation) => expectation === "delete").length;
  const most = images.filter((image) => !isKeptAlone(image, situation, "least")).length;
  if (fewest > limit) return "closed";
  return most > limit ? "unsure" : "open";
}

/** Which images the limit of deletions spares is left open. */
function limitGuard(settings: Settings): Guard {
  return (settings["MAX_DELETIONS"] ?? "") === "" ? "open" : "unsure";
}

/** The index of tags lags behind: a repository that it does not list as enabled may wait for a later run. */
function tagIndexGuard({ account, name }: Situation): Guard {
  const { tagIndex } = account;
  if (tagIndex === undefined) return "open";
  return tagIndex.get(name)?.tags["BoxCleanerEnabled"] === "true" ? "open" : "unsure";
}
