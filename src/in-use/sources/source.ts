import type { Clients } from "../../aws/clients.ts";
import type { Statement } from "../../aws/permissions.ts";
import type { AskFact } from "../facts.ts";
import type { Once } from "../once.ts";
import type { NameOptions } from "./named-task-definitions.ts";

/**
 * How far the program looks for evidence of use: `full`, or `original`: no further than the original, whose policy is then
 * enough (no tasks, no pinned digests of services, no content of indexes).
 */
export type EvidenceDepth = "full" | "original";

/** One place where images are in use, and how to read it. */
export interface Scope extends Clients {
  readonly depth: EvidenceDepth;
  /** How many of the newest ACTIVE revisions of each ECS task definition family count as in use. */
  readonly keepTaskDefinitions: number;
  /** Reads something once a scan, for all sources that need it. */
  readonly once: Once;
  /** Reads something that never changes, once, and not at all if an earlier run has left it in the store. */
  readonly askFact: AskFact;
}

/** Takes what a source finds. */
export interface Report {
  /** An image reference, and the place that uses it, such as an ECS service or a function version. */
  readonly image: (reference: string, place: string) => void;
  /**
   * An ECS task definition (ARN, `family:revision` or family), and the place that starts tasks from it. It is an error if
   * ECS has no such task definition, unless it may be gone: a rule that names a deleted one starts nothing.
   */
  readonly taskDefinition: (name: string, place: string, options?: NameOptions) => void;
  /** A sentence that names something whose images cannot be known, such as a task definition chosen at run time. */
  readonly blindSpot: (text: string) => void;
  /** This many more things of a kind, in the plural, have been read: for people who wait. */
  readonly progress: (things: string, count: number) => void;
}

/**
 * One source of evidence: what uses images, and how to read it. The IAM policy, the template's policy and the tables in
 * README and docs are made from all of these.
 */
export interface Source {
  /** As in `IN_USE_SOURCES`, in lower case with dashes. */
  readonly id: string;
  /** The service's name, as people know it. */
  readonly title: string;
  /** What counts as in use: rows of the documents. */
  readonly evidence: readonly string[];
  /** What the source does not see: rows of the documents. */
  readonly blindSpots: readonly string[];
  readonly statements: readonly Statement[];
  /** Reports every reference to its end. Throws AwsCallError if anything cannot be read. */
  readonly read: (scope: Scope, report: Report) => Promise<"complete" | "not-available">;
}
