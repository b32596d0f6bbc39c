import fc from "fast-check";

import type { Fault } from "../../simulator/faults.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";
import { isEvidence } from "./calls.ts";

const ANY_EVIDENCE = "any call for evidence";

const OTHER_CALLS = [
  "ecr:ListTagsForResource",
  "ecr:DescribeImages",
  "ecr:BatchGetImage",
  "ecr:BatchDeleteImage",
  "ecr:DescribeRegistry",
  "tag:GetResources",
  "ecr:GetRepositoryPolicy",
  "ecr:GetRegistryPolicy",
  "sts:GetCallerIdentity",
  "sts:AssumeRole",
  "account:ListRegions",
  "organizations:ListAccounts",
];

/** Faults that the program gives up on soon; those that it repeats for 20 s happen once. */
const LASTING: readonly Fault[] = [
  { kind: "empty" },
  { kind: "no-body" },
  { kind: "html", status: 200 },
  { kind: "cut" },
  { kind: "repeat-token" },
  { kind: "error", code: "InvalidParameterException", message: "broken", status: 400 },
  { kind: "error", code: "AccessDeniedException", message: "denied", status: 400 },
];
const PASSING: readonly Fault[] = [
  { kind: "unavailable" },
  { kind: "reset" },
  { kind: "html", status: 503 },
];

/** A fault of one call, and perhaps of all later calls of the same action. */
interface Trouble {
  /** An action, or any call for evidence. */
  readonly calls: string;
  /** Which of these calls, counted from 0, is the first that has the fault. */
  readonly nth: number;
  readonly fault: Fault;
  readonly isLasting: boolean;
}

/** A run makes many calls for evidence, and few of every other action. */
const places = fc.oneof(
  fc.record({ calls: fc.constant(ANY_EVIDENCE), nth: fc.nat(44) }),
  fc.record({ calls: fc.constantFrom(...OTHER_CALLS), nth: fc.nat(2) }),
);

const faults = fc.oneof(
  fc.record({ fault: fc.constantFrom(...LASTING), isLasting: fc.boolean() }),
  fc.record({ fault: fc.constantFrom(...PASSING), isLasting: fc.constant(false) }),
);

export const troubles: fc.Arbitrary<Trouble[]> = fc.array(
  fc.tuple(places, faults).map(([place, fault]) => ({ ...place, ...fault })),
  { minLength: 1, maxLength: 3 },
);

/** Troubles that no scan can do without. */
export const evidenceTroubles: fc.Arbitrary<Trouble[]> = fc
  .record({
    nth: fc.nat(29),
    fault: fc.constantFrom(...LASTING.filter(({ kind }) => kind !== "repeat-token")),
  })
  .map((trouble) => [{ ...trouble, calls: ANY_EVIDENCE, isLasting: true }]);

/** A simulated AWS in such troubles. */
export function inTrouble(drawn: readonly Trouble[]): SimulatorOptions {
  const broken = new Map<string, Fault>();
  let evidenceCalls = 0;
  return {
    faults: (action, _, nthOfAction) => {
      const called = isEvidence(action)
        ? { calls: ANY_EVIDENCE, nth: evidenceCalls++ }
        : { calls: action, nth: nthOfAction };
      const trouble = drawn.find(({ calls, nth }) => calls === called.calls && nth === called.nth);
      if (trouble?.isLasting === true) broken.set(action, trouble.fault);
      return trouble?.fault ?? broken.get(action);
    },
  };
}
