import type { AccountParts } from "../../../simulator/account.ts";
import type { Place } from "../../../simulator/operation.ts";
import { ELSEWHERE } from "./elsewhere.ts";

/** The name by which something starts ECS tasks, and the task definitions that its family has. */
export interface TaskStart {
  readonly name: string;
  readonly parts: Pick<AccountParts, "taskDefinitions" | "inactiveTaskDefinitions">;
}

/** A family whose older revision has the image, or whose newest one. */
const olderOf = (id: string, image: string) => ({
  taskDefinitions: { [`${id}:1`]: [ELSEWHERE, image], [`${id}:2`]: [ELSEWHERE] },
});
const newestOf = (id: string, image: string) => ({
  taskDefinitions: { [`${id}:1`]: [ELSEWHERE], [`${id}:2`]: [ELSEWHERE, image] },
});

const arnOf = (name: string, { id, region }: Place) =>
  `arn:aws:ecs:${region}:${id}:task-definition/${name}`;

/** How something can name a task definition; the last four start nothing that has the image. */
const TASK_STARTS = {
  "by revision": (id, image) => ({ name: `${id}:1`, parts: olderOf(id, image) }),
  "by family": (id, image) => ({ name: id, parts: newestOf(id, image) }),
  "by ARN": (id, image, place) => ({ name: arnOf(`${id}:1`, place), parts: olderOf(id, image) }),
  "by the ARN of a family": (id, image, place) => ({
    name: arnOf(id, place),
    parts: newestOf(id, image),
  }),
  "another revision": (id, image) => ({ name: id, parts: olderOf(id, image) }),
  "a deleted revision": (id, image) => ({ name: `${id}:7`, parts: olderOf(id, image) }),
  "a deregistered revision": (id, image) => ({
    name: `${id}:1`,
    parts: { ...olderOf(id, image), inactiveTaskDefinitions: [`${id}:1`] },
  }),
  "another account": (id, image, place) => ({
    name: arnOf(`${id}:1`, { ...place, id: "210987654321" }),
    parts: olderOf(id, image),
  }),
} satisfies Record<string, (id: string, image: string, place: Place) => TaskStart>;

export type NameOfStart = keyof typeof TASK_STARTS;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names of an object's own members
export const NAMES_OF_STARTS = Object.keys(TASK_STARTS) as NameOfStart[];

export function taskStart(name: NameOfStart, id: string, image: string, place: Place): TaskStart {
  return TASK_STARTS[name](id, image, place);
}
