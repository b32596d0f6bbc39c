import fc from "fast-check";

import type { Account } from "../../simulator/account.ts";
import type { Members } from "../../simulator/operation.ts";
import type { Organization } from "../../simulator/organization.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";
import { ACTIONS, isEvidence } from "./calls.ts";
import { type Change, changeImages, changeUsers, isImageChange, isUserChange } from "./changes.ts";
import { type Contents, contentsOf } from "./trial.ts";

const MINUTE_MS = 60_000;

/** Kinds of calls before which changes matter most, with the number of calls of the kind that a run makes at most, about. */
const MOMENTS = [
  { before: "any call", calls: 25 },
  { before: "any call for evidence", calls: 45 },
  { before: "ecr:BatchDeleteImage", calls: 4 },
  { before: "ecr:DescribeImages", calls: 4 },
];

/** Changes just before a call is answered: the first such call of the run, the second and so on. */
export const interruptions = (changes: fc.Arbitrary<Change>) =>
  fc.array(
    fc
      .record({ moment: fc.constantFrom(...MOMENTS), nth: fc.nat(44), change: changes })
      .map(({ moment: { before, calls }, nth, change }) => ({ before, nth: nth % calls, change })),
    { minLength: 1, maxLength: 3 },
  );
export type Interruption =
  ReturnType<typeof interruptions> extends fc.Arbitrary<(infer Value)[]> ? Value : never;

/** What happened in a run, in this order. */
export type Event =
  | {
      readonly kind: "call";
      readonly action: string;
      readonly input: Members;
      /** Whether it asks about home. */
      readonly isHome: boolean;
    }
  | {
      readonly kind: "change";
      readonly change: Change;
      readonly id: string;
      /** When, in milliseconds since the epoch. */
      readonly at: number;
      /** False if there was nothing to change. */
      readonly isEffective: boolean;
    }
  | {
      readonly kind: "deletion";
      readonly repository: string;
      /** What the repository held before the deletion, and after it. */
      readonly before: ReadonlyMap<string, readonly string[]>;
      readonly after: ReadonlyMap<string, readonly string[]>;
    };

/** Makes changes in the middle of a run, and writes down what happens. */
export class Timeline {
  readonly events: Event[] = [];
  readonly #organization: Organization;
  readonly #interruptions: readonly Interruption[];
  readonly #counts = new Map<string, number>();
  #deletion: { repository: string; contents: Contents } | undefined;
  /** Milliseconds since the epoch; each answer takes one. */
  now: number;

  constructor(organization: Organization, drawn: readonly Interruption[], now: number) {
    this.#organization = organization;
    this.#interruptions = drawn;
    this.now = now;
  }

  /** For the simulator. */
  get before(): NonNullable<SimulatorOptions["before"]> {
    return Object.fromEntries(
      ACTIONS.map((action) => [
        action,
        (account: Account, input: Members) => {
          this.#note(account === this.#organization.home, action, input);
        },
      ]),
    );
  }

  get #contents(): Contents {
    return contentsOf(this.#organization.home);
  }

  #note(isHome: boolean, action: string, input: Members): void {
    this.settle();
    for (const moment of momentsOf(action)) {
      const nth = this.#counts.get(moment) ?? 0;
      this.#counts.set(moment, nth + 1);
      for (const [i, interruption] of this.#interruptions.entries()) {
        if (interruption.before !== moment || interruption.nth !== nth) continue;
        this.#change(interruption.change, `change-${i}`);
      }
    }
    this.now += 1;
    this.events.push({ kind: "call", action, input, isHome });
    if (action !== "ecr:BatchDeleteImage") return;
    this.#deletion = { repository: input["repositoryName"], contents: this.#contents };
  }

  #change(change: Change, id: string): void {
    if (change.kind === "wait") this.now += 11 * MINUTE_MS;
    const at = this.now;
    const isEffective =
      isImageChange(change) && changeImages(this.#organization.home, change, id, at);
    if (isUserChange(change)) changeUsers(this.#organization, change, id);
    this.events.push({ kind: "change", change, id, at, isEffective });
  }

  /** Writes down what the last deletion took, once it is answered. */
  settle(): void {
    if (this.#deletion === undefined) return;
    const { repository, contents } = this.#deletion;
    this.#deletion = undefined;
    this.events.push({
      kind: "deletion",
      repository,
      before: contents.get(repository) ?? new Map(),
      after: this.#contents.get(repository) ?? new Map(),
    });
  }
}

function momentsOf(action: string): string[] {
  return ["any call", ...(isEvidence(action) ? ["any call for evidence"] : []), action];
}
