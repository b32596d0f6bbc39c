import type { Account } from "./account.ts";
import type { Credential } from "./credential.ts";
import type { Place } from "./operation.ts";
import type { Service } from "./service.ts";
import type { Caller } from "./sessions.ts";
import { type World, isEnabled } from "./world.ts";

/** Where a request goes, or why no place answers it. */
export type Route =
  | { readonly place: Account }
  | { readonly where: Place; readonly problem: NonNullable<Caller["problem"]> };

/** Where AWS runs its global services, whatever Region a client with an own endpoint signs for. */
const GLOBAL_REGION = "us-east-1";

/** The place that a request is for: the caller's account, in the Region that the request is signed for. */
export function routeOf(
  world: World<Account>,
  service: Service<Account>,
  caller: Caller,
  credential: Credential | undefined,
): Route {
  const signedFor = credential?.region ?? world.home.region;
  const where = { id: caller.accountId, region: service.isGlobal ? GLOBAL_REGION : signedFor };
  if (caller.problem !== undefined) return { where, problem: caller.problem };
  if (!isOpen(world, service, where)) return { where, problem: "invalidToken" };
  return { place: world.place(where.id, where.region) };
}

/** A lone account has one Region under any name. */
function isOpen(world: World<Account>, { isGlobal }: Service<Account>, { id, region }: Place) {
  const isLone = world.organizationId === undefined;
  return isLone || isGlobal === true || isEnabled(world, id, region);
}
