/** A repository of a private registry. */
export interface Repository {
  readonly name: string;
  readonly arn: string;
  /** The account of its registry. */
  readonly registryId: string;
  readonly region: string;
  /** Its canonical key, by which in-use references find it. */
  readonly key: string;
  /** Its resource tags, which carry its settings. */
  readonly tags: Readonly<Record<string, string>>;
}
