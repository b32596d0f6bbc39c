import {
  type ECSClient,
  paginateListTaskDefinitionFamilies,
  paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { lists, pages, required } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import type { Report, Scope } from "../source.ts";
import { familyOf } from "./task-definitions.ts";

const LIST_REVISIONS = "ecs:ListTaskDefinitions";
/** The largest page of both lists (API limit). */
const PAGE_SIZE = 100;
/** Pages of the list of all revisions that are read before families are counted. */
const FIRST_PAGES = 10;

/**
 * Lists the newest ACTIVE revisions of every family: people, CI, schedulers and rollbacks start them by name. Throws
 * AwsCallError.
 *
 * The list of all revisions costs a call for each 100. Asking each family costs a call for each family. So the list is read
 * for as many calls as there are families, and no further. Families are counted only until there are more of them than calls.
 */
export async function listNewestRevisions(
  ecs: ECSClient,
  { keepTaskDefinitions: count }: Pick<Scope, "keepTaskDefinitions">,
): Promise<string[]> {
  if (count === 0) return [];
  return (await listNewest(ecs, count)) ?? (await askEachFamily(ecs, count));
}

/** Reports revisions, or families by their names. CI can delete them at any time. */
export function reportNewestRevisions(names: readonly string[], report: Report): void {
  for (const name of names) {
    report.taskDefinition(name, `ECS task definition family ${familyOf(name)}`, {
      mayBeGone: true,
      isListed: true,
    });
  }
}

/** The newest revisions of each family; nothing if asking each family costs fewer calls. */
async function listNewest(ecs: ECSClient, count: number): Promise<string[] | undefined> {
  const newest = new Map<string, string[]>();
  const families = new FamilyCount(ecs);
  let read = 0;
  const resource = "the account's ECS task definitions";
  const paginator = paginateListTaskDefinitions(
    { client: ecs, pageSize: PAGE_SIZE },
    { status: "ACTIVE", sort: "DESC" },
  );
  for await (const page of pages({ action: LIST_REVISIONS, resource, paginator })) {
    for (const arn of required(page.taskDefinitionArns, LIST_REVISIONS, resource)) {
      const family = familyOf(arn);
      newest.set(family, newestOf([...(newest.get(family) ?? []), arn], count));
    }
    read += 1;
    if (read > FIRST_PAGES && !(await families.isAtLeast(read))) return undefined;
  }
  return [...newest.values()].flat();
}

/** The newest revision of a family answers to the family's name. */
async function askEachFamily(ecs: ECSClient, count: number): Promise<string[]> {
  const families: string[] = [];
  for await (const list of listFamilies(ecs)) families.push(...list);
  if (count === 1) return families;
  const found = await pMap(families, async (family) => listNewestOf(ecs, family, count), {
    concurrency: CONCURRENT_CALLS,
  });
  return found.flat();
}

async function listNewestOf(ecs: ECSClient, family: string, count: number): Promise<string[]> {
  const arns: string[] = [];
  const resource = `ECS task definition family ${family}`;
  const paginator = paginateListTaskDefinitions(
    { client: ecs, pageSize: Math.min(count, PAGE_SIZE) },
    { familyPrefix: family, status: "ACTIVE", sort: "DESC" },
  );
  for await (const page of pages({ action: LIST_REVISIONS, resource, paginator })) {
    arns.push(...required(page.taskDefinitionArns, LIST_REVISIONS, resource));
    if (arns.length >= count) break;
  }
  return newestOf(arns, count);
}

/** Counts families, only as far as somebody asks. */
class FamilyCount {
  readonly #lists: AsyncIterator<readonly string[]>;
  #counted = 0;

  constructor(ecs: ECSClient) {
    this.#lists = listFamilies(ecs);
  }

  /** Whether there are at least this many. Throws AwsCallError. */
  async isAtLeast(count: number): Promise<boolean> {
    while (this.#counted < count) {
      const next = await this.#lists.next();
      if (next.done === true) return false;
      this.#counted += next.value.length;
    }
    return true;
  }
}

function listFamilies(ecs: ECSClient): AsyncGenerator<readonly string[]> {
  return lists(
    {
      action: "ecs:ListTaskDefinitionFamilies",
      resource: "the account's ECS task definition families",
      paginator: paginateListTaskDefinitionFamilies(
        { client: ecs, pageSize: PAGE_SIZE },
        { status: "ACTIVE" },
      ),
    },
    (page) => page.families,
  );
}

/** The order of the list is not relied on. */
function newestOf(arns: readonly string[], count: number): string[] {
  return arns.toSorted((a, b) => revisionOf(b) - revisionOf(a)).slice(0, count);
}

function revisionOf(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(":") + 1));
}
