/** References in use that something else has found. */
export interface InUseList {
  /** The account that was read, by its 12 digits; null if the list does not say it. */
  readonly account: string | null;
  readonly region: string | null;
  /** When its maker began to read, in milliseconds since the epoch. */
  readonly time: number;
  /** Whether its maker read everything that it is about. */
  readonly complete: boolean;
  readonly references: readonly ListedReference[];
  /** The ids of the sources of evidence that its maker read, if it left some out. */
  readonly sources?: readonly string[];
  /** What its maker found whose images cannot be known, if there is any: a sentence for each. */
  readonly blindSpots?: readonly string[];
}

/** An image, and what uses it, if the list says it. */
export interface ListedReference {
  readonly image: string;
  readonly place?: string;
}
