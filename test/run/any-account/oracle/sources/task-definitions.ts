import type { Account } from "../../../../simulator/account.ts";
import { type Settings, isOriginal } from "../settings.ts";
import { type Container, containersOf, namedIn } from "./container.ts";

/** The containers of a task definition, given as `family:revision`, and what its environment names. */
export function definedBy(
  { taskDefinitions, environments }: Account,
  settings: Settings,
  id: string,
): Container[] {
  const images = taskDefinitions.get(id);
  if (images === undefined) return [];
  return [
    ...containersOf(images),
    ...(isOriginal(settings) ? [] : namedIn({ ...environments.get(id) })),
  ];
}

/** What starts from a name in this account and Region: only an ACTIVE revision, the newest one if the name is a family. */
export function startedBy(account: Account, settings: Settings, name: string): Container[] {
  const { region, id: accountId } = account;
  const own = `arn:aws:ecs:${region}:${accountId}:task-definition/`;
  const local = name.startsWith(own) ? name.slice(own.length) : name;
  const id = local.includes(":") ? local : newestOf(account, local, 1)[0];
  const isActive = id !== undefined && !account.inactiveTaskDefinitions.has(id);
  return isActive ? definedBy(account, settings, id) : [];
}

/** The newest ACTIVE revisions of every family. */
export function newestRevisions(account: Account, count: number): string[] {
  const families = new Set(
    [...account.taskDefinitions.keys()].map((id) => familyAndRevision(id)[0]),
  );
  return [...families].flatMap((family) => newestOf(account, family, count));
}

function newestOf(
  { taskDefinitions, inactiveTaskDefinitions }: Account,
  family: string,
  count: number,
): string[] {
  return [...taskDefinitions.keys()]
    .filter((id) => familyAndRevision(id)[0] === family && !inactiveTaskDefinitions.has(id))
    .toSorted((a, b) => familyAndRevision(b)[1] - familyAndRevision(a)[1])
    .slice(0, count);
}

function familyAndRevision(id: string): [string, number] {
  const [family = "", revision] = id.split(":");
  return [family, Number(revision)];
}
