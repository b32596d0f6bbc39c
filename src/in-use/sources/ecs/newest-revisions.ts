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
 * for as many calls as there are families, and no further. Families are counted as far as that takes: 100 a call.
 */
export async function listNewestRevisions(
  ecs: ECSClient,
  { keepTaskDefinitions: count }: Pick<Scope, "keepTaskDefinitions">,
): Promise<readonly string[]> {
  if (count === 0) return [];
  const families = new Families(ecs);
  return (await listNewest(ecs, count, families)) ?? askEachFamily(ecs, count, families);
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
async function listNewest(
  ecs: ECSClient,
  count: number,
  families: Families,
): Promise<string[] | undefined> {
  const newest = new Map<string, string[]>();
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
    if (read > FIRST_PAGES && !(await families.areAtLeast(read))) return undefined;
  }
  return [...newest.values()].flat();
}

/** The newest revision of a family answers to the family's name. */
async function askEachFamily(
  ecs: ECSClient,
  count: number,
  families: Families,
): Promise<readonly string[]> {
  const names = await families.all();
  if (count === 1) return names;
  const found = await pMap(names, async (family) => listNewestOf(ecs, family, count), {
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

/** The names of all families, read only as far as somebody asks for them. */
class Families {
  readonly #names: string[] = [];
  readonly #pages: AsyncIterator<readonly string[]>;

  constructor(ecs: ECSClient) {
    this.#pages = listFamilies(ecs)[Symbol.asyncIterator]();
  }

  /** Whether there are so many of them. Throws AwsCallError. */
  async areAtLeast(count: number): Promise<boolean> {
    while (this.#names.length < count) {
      const page = await this.#pages.next();
      if (page.done === true) return false;
      this.#names.push(...page.value);
    }
    return true;
  }

  /** Throws AwsCallError. */
  async all(): Promise<readonly string[]> {
    await this.areAtLeast(Infinity);
    return this.#names;
  }
}

function listFamilies(ecs: ECSClient): AsyncIterable<readonly string[]> {
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
