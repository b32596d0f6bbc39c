import fc from "fast-check";

import type { Fault } from "../../simulator/faults.ts";
import type { SimulatorOptions } from "../../simulator/simulator.ts";

/** Calls that evidence needs, whatever the account has. */
const EVIDENCE = ["ecs:ListClusters", "lambda:ListFunctions", "apprunner:ListServices"];

const CALLS = [
  ...EVIDENCE,
  "ecs:ListServices",
  "ecs:DescribeServices",
  "ecs:DescribeTaskDefinition",
  "ecs:DescribeServiceRevisions",
  "ecs:ListTasks",
  "ecs:DescribeTasks",
  "ecs:ListTaskDefinitions",
  "lambda:GetFunction",
  "apprunner:DescribeService",
  "ecr:ListTagsForResource",
  "ecr:DescribeImages",
  "ecr:BatchGetImage",
  "ecr:BatchDeleteImage",
  "ecr:DescribeRegistry",
  "tag:GetResources",
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

/** A fault of some calls: of all from one on, or of one. */
interface Trouble {
  readonly action: string;
  readonly fault: Fault;
  readonly from: number;
  readonly isLasting: boolean;
}

const troubleOf = (actions: readonly string[], from: number) => {
  const place = { action: fc.constantFrom(...actions), from: fc.nat(from) };
  return fc.oneof(
    fc.record({ ...place, fault: fc.constantFrom(...LASTING), isLasting: fc.boolean() }),
    fc.record({ ...place, fault: fc.constantFrom(...PASSING), isLasting: fc.constant(false) }),
  );
};

export const troubles: fc.Arbitrary<Trouble[]> = fc.array(troubleOf(CALLS, 2), {
  minLength: 1,
  maxLength: 3,
});

/** Troubles that no scan can do without. */
export const evidenceTroubles: fc.Arbitrary<Trouble[]> = fc
  .record({
    action: fc.constantFrom(...EVIDENCE),
    fault: fc.constantFrom(...LASTING.filter(({ kind }) => kind !== "repeat-token")),
  })
  .map((trouble) => [{ ...trouble, from: 0, isLasting: true }]);

/** A simulated AWS in such troubles. */
export function inTrouble(drawn: readonly Trouble[]): SimulatorOptions {
  return {
    faults: (called, _, nth) =>
      drawn.find(
        ({ action, from, isLasting }) =>
          action === called && (isLasting ? nth >= from : nth === from),
      )?.fault,
  };
}
