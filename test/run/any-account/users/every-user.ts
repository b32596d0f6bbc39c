import { REGISTRY } from "../../../simulator/account.ts";
import type { Place } from "../../../simulator/operation.ts";
import { NAMES_OF_STARTS } from "./task-starts.ts";
import { NAMES_OF_WORDINGS } from "./texts.ts";
import { type DrawnUser, KIND_NAMES, partsOf } from "./users.ts";

/** A user by a name of its own, which its repository has too. */
export interface NamedUser {
  readonly name: string;
  readonly user: DrawnUser;
}

/** The number of the image that each of the users runs. */
export const RUNNING = 1;

/** Every kind of user in one place, with each way to name a task definition or an image that makes a difference to the kind. */
export function everyUser(place: Place): NamedUser[] {
  const seen = new Set<string>();
  return KIND_NAMES.flatMap((kind) =>
    NAMES_OF_STARTS.flatMap((start) =>
      NAMES_OF_WORDINGS.map((wording) => named({ kind, start, wording, place })),
    ),
  ).filter(({ user }) => {
    // Of users that are the same but for their names, the first one.
    const parts = JSON.stringify(partsOf({ ...user, reference: referenceTo("app") }, "user"));
    return !seen.has(parts) && seen.add(parts);
  });
}

function named(choice: Pick<DrawnUser, "kind" | "start" | "wording" | "place">): NamedUser {
  const words = [choice.kind, choice.start, choice.wording].join(" ").toLowerCase();
  const name = words.replaceAll(/[^a-z]+/g, "-");
  return {
    name,
    user: { ...choice, reference: referenceTo(name), running: RUNNING, cluster: "main" },
  };
}

function referenceTo(repository: string): DrawnUser["reference"] {
  const name = `${REGISTRY}/${repository}`;
  return { repository, name, text: `${name}:v1` };
}
