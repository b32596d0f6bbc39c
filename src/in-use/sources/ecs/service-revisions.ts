import {
  DescribeServiceRevisionsCommand,
  type ECSClient,
  type ServiceRevision,
} from "@aws-sdk/client-ecs";

import { withDigest } from "../../../registry/reference.ts";
import type { NameOptions } from "../named-task-definitions.ts";
import { nameInArn } from "../place.ts";
import type { Report } from "../source.ts";
import { describeAll } from "./describe-all.ts";

/** The most revisions that one DescribeServiceRevisions call takes (API limit). */
const REVISIONS_PER_CALL = 20;

/**
 * Reports the digests that service revisions pin. ECS starts further tasks of a service by them, even when their tags have
 * moved since, and when no task runs now. Throws AwsCallError.
 *
 * @param options whether ECS may no longer have their task definitions
 */
export async function readServiceRevisions(
  ecs: ECSClient,
  arns: readonly string[],
  report: Report,
  options?: NameOptions,
): Promise<void> {
  await describeAll({
    action: "ecs:DescribeServiceRevisions",
    resource: "current revisions of ECS services",
    perCall: REVISIONS_PER_CALL,
    lists: [arns],
    describe: async (serviceRevisionArns) => {
      const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns });
      const { serviceRevisions, failures } = await ecs.send(command);
      return { described: serviceRevisions, failures };
    },
    onDescribed: (revisions) => {
      for (const revision of revisions) reportRevision(revision, report, options);
    },
    arnOf: ({ serviceRevisionArn }) => serviceRevisionArn,
  });
}

function reportRevision(revision: ServiceRevision, report: Report, options?: NameOptions): void {
  const { serviceArn, taskDefinition, containerImages = [] } = revision;
  const place = `ECS service revision of ${nameInArn(String(serviceArn))}`;
  if (taskDefinition !== undefined) report.taskDefinition(taskDefinition, place, options);
  for (const { image, imageDigest } of containerImages) {
    if (image === undefined) continue;
    for (const reference of withDigest(image, imageDigest)) report.image(reference, place);
  }
}

/** Reads the current revisions of services while further services are being described: both take their time under AWS's limits. */
export class CurrentRevisions {
  readonly #ecs: ECSClient;
  readonly #report: Report;
  readonly #known = new Set<string>();
  readonly #readings: Promise<void>[] = [];
  #waiting: string[] = [];

  constructor(ecs: ECSClient, report: Report) {
    this.#ecs = ecs;
    this.#report = report;
  }

  /** Whether a revision is among them. */
  has(arn: string): boolean {
    return this.#known.has(arn);
  }

  /** Adds revisions, and begins to read as many as fill a call. */
  add(arns: readonly string[]): void {
    const added = arns.filter((arn) => !this.#known.has(arn));
    for (const arn of added) this.#known.add(arn);
    this.#waiting.push(...added);
    while (this.#waiting.length >= REVISIONS_PER_CALL) {
      this.#begin(this.#waiting.splice(0, REVISIONS_PER_CALL));
    }
  }

  /** Reads the rest, and waits for all. Throws AwsCallError. */
  async finish(): Promise<void> {
    this.#begin(this.#waiting);
    this.#waiting = [];
    await Promise.all(this.#readings);
  }

  #begin(arns: readonly string[]): void {
    const reading = readServiceRevisions(this.#ecs, arns, this.#report);
    // A failure is that of `finish`, for which nobody waits yet.
    reading.catch(() => {});
    this.#readings.push(reading);
  }
}
