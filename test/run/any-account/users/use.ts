import type { AccountParts } from "../../../simulator/account.ts";
import type { Place } from "../../../simulator/operation.ts";
import type { TaskStart } from "./task-starts.ts";

/** How one user uses an image, whatever kind of user it is. */
export interface Use {
  /** Keeps what belongs to the user apart from everything else in the account: a part of each of its names. */
  readonly id: string;
  /** The reference by which the user names the image. */
  readonly image: string;
  /** The image that runs, wherever its tag has moved since: by its digest, and as a reference. */
  readonly digest: string;
  readonly resolved: string;
  /** A text that has the reference in it, or one that is put together later. */
  readonly text: string;
  /** Where it is. */
  readonly place: Place;
  /** The ECS cluster in which it runs. */
  readonly cluster: string;
  /** What it starts tasks from, if it is of a kind that does. */
  readonly start: TaskStart;
}

/** Kinds of users of one service: the part of an account that one user of the kind is. */
export type UserKinds = Readonly<Record<string, (use: Use) => AccountParts>>;
