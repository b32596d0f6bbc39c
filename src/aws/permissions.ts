/** A statement of `iam-policy.json`: the permissions that one part of the program needs. */
export interface Statement {
  /** Letters and digits. */
  readonly Sid: string;
  readonly Action: readonly string[];
  /** By default every resource. An ARN begins with `arn:aws:`, in whatever partition it is used. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
  /** What the program does with it, for the documents. */
  readonly purpose: string;
  /** Whether the original's policy has it. */
  readonly isOriginal?: true;
}
