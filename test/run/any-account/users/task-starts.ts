import { type AccountParts, REGION } from "../../../simulator/account.ts";
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

const arnOf = (name: string, account = "123456789012") =>
  `arn:aws:ecs:${REGION}:${account}:task-definition/${name}`;

/** How something can name a task definition; the last four start nothing that has the image. */
const TASK_STARTS = {
  "by revision": (id, image) => ({ name: `${id}:1`, parts: olderOf(id, image) }),
  "by family": (id, image) => ({ name: id, parts: newestOf(id, image) }),
  "by ARN": (id, image) => ({ name: arnOf(`${id}:1`), parts: olderOf(id, image) }),
  "by the ARN of a family": (id, image) => ({ name: arnOf(id), parts: newestOf(id, image) }),
  "another revision": (id, image) => ({ name: id, parts: olderOf(id, image) }),
  "a deleted revision": (id, image) => ({ name: `${id}:7`, parts: olderOf(id, image) }),
  "a deregistered revision": (id, image) => ({
    name: `${id}:1`,
    parts: { ...olderOf(id, image), inactiveTaskDefinitions: [`${id}:1`] },
  }),
  "another account": (id, image) => ({
    name: arnOf(`${id}:1`, "210987654321"),
    parts: olderOf(id, image),
  }),
} satisfies Record<string, (id: string, image: string) => TaskStart>;

export type NameOfStart = keyof typeof TASK_STARTS;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names of an object's own members
export const NAMES_OF_STARTS = Object.keys(TASK_STARTS) as NameOfStart[];

export function taskStart(name: NameOfStart, id: string, image: string): TaskStart {
  return TASK_STARTS[name](id, image);
}
