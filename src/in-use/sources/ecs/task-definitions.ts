import { type ContainerDefinition, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import pMap from "p-map";

import { AwsCallError, call, required } from "../../../aws/calls.ts";
import { CONCURRENT_CALLS } from "../../../aws/clients.ts";
import { findReferences } from "../../../registry/text.ts";
import type { NameOptions, NamedTaskDefinitions } from "../named-task-definitions.ts";
import { nameInArn } from "../place.ts";
import type { Report, Scope } from "../source.ts";
import { CONCURRENT_DESCRIPTIONS, ECS } from "./service.ts";

const ACTION = "ecs:DescribeTaskDefinition";

/** Reads the images of task definitions. */
export class TaskDefinitions {
  readonly #scope: Pick<Scope, "client" | "depth" | "askFact">;
  /** Revisions to read ahead. A name takes less memory than a call that waits. */
  readonly #ahead = new Set<string>();
  #readers = 0;

  constructor(scope: Pick<Scope, "client" | "depth" | "askFact">) {
    this.#scope = scope;
  }

  /** Begins to read a revision, which `read` then need not wait for. Its failure is that of `read`. */
  begin(name: string, options?: NameOptions): void {
    const isThere = options === undefined || options.isListed === true;
    if (!isRevision(name) || !isThere) return;
    this.#ahead.add(name);
    if (this.#readers < CONCURRENT_DESCRIPTIONS) void this.#readAhead();
  }

  /** Reads no more of them ahead. */
  end(): void {
    this.#ahead.clear();
  }

  /**
   * Reports the images of every container of task definitions. In place of a revision that may be gone and is, it reports
   * the newest one of the family: its user is about to name another one. Throws AwsCallError.
   *
   * @returns the names of those that ECS no longer has and that may not be gone
   */
  async read(
    named: NamedTaskDefinitions,
    report: Pick<Report, "image" | "progress">,
  ): Promise<string[]> {
    const gone: string[] = [];
    const readOne = async (name: string) => {
      const isRequired = named.isRequired(name);
      const found = await (named.isThere(name) ? this.#imagesOf(name) : this.#describe(name));
      const images = found ?? (isRequired ? undefined : await this.#newest(name));
      report.progress("task definitions", 1);
      if (images === undefined && isRequired) gone.push(name);
      for (const image of images ?? []) {
        for (const place of named.placesOf(name))
          report.image(image, `${place}, by ${nameInArn(name)}`);
      }
    };
    await pMap(named.names, readOne, { concurrency: CONCURRENT_CALLS });
    return gone;
  }

  async #readAhead(): Promise<void> {
    this.#readers += 1;
    // A set also iterates over what is added meanwhile.
    for (const name of this.#ahead) {
      this.#ahead.delete(name);
      await this.#imagesOf(name).catch(() => {});
    }
    this.#readers -= 1;
  }

  /** The images of the newest ACTIVE revision of a family, given by one of its revisions. */
  async #newest(name: string): Promise<readonly string[] | undefined> {
    return isRevision(name) ? this.#imagesOf(familyOf(name)) : undefined;
  }

  /** A revision never changes. That one was there in an earlier run says nothing of whether it still is. */
  async #imagesOf(name: string): Promise<readonly string[] | undefined> {
    if (!isRevision(name)) return this.#describe(name);
    return this.#scope.askFact(`task definition ${name}`, async () => this.#describe(name));
  }

  async #describe(name: string): Promise<readonly string[] | undefined> {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: name });
    try {
      const { taskDefinition } = await call(ACTION, name, async () =>
        this.#scope.client(ECS).send(command),
      );
      const { containerDefinitions } = required(taskDefinition, ACTION, name);
      return required(containerDefinitions, ACTION, name).flatMap((container) =>
        this.#scope.depth === "full" ? referencesOf(container) : (container.image ?? []),
      );
    } catch (error) {
      if (isUnknown(error)) return undefined;
      throw error;
    }
  }
}

/** A container's image, and the ECR references in its environment, which it may start other images by. */
function referencesOf({ image, environment = [] }: ContainerDefinition): string[] {
  const named = environment.flatMap(({ value = "" }) => findReferences(value));
  return image === undefined ? named : [image, ...named];
}

/** The family that a name of a task definition has, in whatever form. */
export function familyOf(name: string): string {
  return nameInArn(name).replace(/:\d+$/, "");
}

/** Whether a name means one revision for ever, not the newest one of its family. */
function isRevision(name: string): boolean {
  return /:\d+$/.test(name);
}

/** ECS answers many things with ClientException: only its message says that there is no such task definition. */
function isUnknown(error: unknown): boolean {
  return (
    error instanceof AwsCallError &&
    error.code === "ClientException" &&
    /unable to describe task definition/i.test(error.message)
  );
}
