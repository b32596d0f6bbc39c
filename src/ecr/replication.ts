import { DescribeRegistryCommand, type ECRClient, type ReplicationRule } from "@aws-sdk/client-ecr";

import { call, required } from "../aws/calls.ts";

/** A rule by which ECR repeats deletions. */
interface DeletionRule {
  /** Beginnings of repository names. */
  readonly prefixes: readonly string[];
  /** Registries as `account/region`. */
  readonly destinations: readonly string[];
}

/** The registries in which ECR repeats the deletions of this one. */
export class DeletionReplication {
  /** The account of this registry. */
  readonly account: string | undefined;
  readonly #rules: readonly DeletionRule[];

  constructor(rules: readonly DeletionRule[], account?: string) {
    this.#rules = rules;
    this.account = account;
  }

  /** All registries, as `account/region`, in which any image is deleted with one of this registry. */
  get destinations(): string[] {
    return [...new Set(this.#rules.flatMap(({ destinations }) => destinations))];
  }

  /** The registries, as `account/region`, in which an image deleted from a repository is deleted too. */
  destinationsOf(repository: string): string[] {
    const matching = this.#rules.filter(({ prefixes }) =>
      prefixes.some((prefix) => repository.startsWith(prefix)),
    );
    return [...new Set(matching.flatMap(({ destinations }) => destinations))];
  }
}

/**
 * Reads the registry's replication rules. The SDK drops the field that turns replication of deletions on, so it is read
 * from the answer's text. If it cannot be read there, every rule counts as repeating deletions. Throws AwsCallError.
 */
export async function readDeletionReplication(ecr: ECRClient): Promise<DeletionReplication> {
  const action = "ecr:DescribeRegistry";
  const resource = "the account's registry";
  const command = new DescribeRegistryCommand({});
  const answer: { text?: string } = {};
  keepText(command, answer);
  const { registryId, replicationConfiguration } = await call(action, resource, () =>
    ecr.send(command),
  );
  const rules = required(replicationConfiguration?.rules, action, resource);
  const isRepeating = readFlags(answer.text, rules.length);
  return new DeletionReplication(
    rules.filter((_, i) => isRepeating[i] !== false).map(toRule),
    registryId,
  );
}

function toRule({ destinations = [], repositoryFilters = [] }: ReplicationRule): DeletionRule {
  const prefixes = repositoryFilters.map(({ filter }) => filter ?? "");
  return {
    // A rule without filters is one for all repositories.
    prefixes: prefixes.length > 0 ? prefixes : [""],
    destinations: destinations.map(({ registryId, region }) => `${registryId}/${region}`),
  };
}

/** Whether each rule of an answer repeats deletions; undefined if the text does not say. */
function readFlags(text: string | undefined, rules: number): (boolean | undefined)[] {
  try {
    const { replicationConfiguration }: RawAnswer = JSON.parse(text ?? "");
    const raw = replicationConfiguration.rules;
    if (raw.length !== rules) return [];
    return raw.map(({ deleteReplication }) => readFlag(deleteReplication));
  } catch {
    return [];
  }
}

interface RawAnswer {
  readonly replicationConfiguration: {
    readonly rules: readonly { readonly deleteReplication?: { readonly enabled?: unknown } }[];
  };
}

/** Off by default; nothing for what is neither on nor off. */
function readFlag(setting: { readonly enabled?: unknown } | undefined): boolean | undefined {
  if (setting === undefined) return false;
  return typeof setting.enabled === "boolean" ? setting.enabled : undefined;
}

/** Keeps the text of a command's answer, and hands it on. */
function keepText(command: DescribeRegistryCommand, answer: { text?: string }): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (!hasBody(response)) return result;
      const bytes = await bytesOf(response.body);
      answer.text = new TextDecoder().decode(bytes);
      response.body = bytes;
      return result;
    },
    // Before the SDK reads the body.
    { step: "deserialize", priority: "low", name: "keepText" },
  );
}

/** A body as the SDK's HTTP client hands it on. */
interface WithBody {
  body: AsyncIterable<Uint8Array>;
}

function hasBody(response: unknown): response is WithBody | { body: Uint8Array } {
  return typeof response === "object" && response !== null && "body" in response;
}

async function bytesOf(body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
