/** Somebody whom a policy lets pull. */
export type Puller =
  | { readonly kind: "account"; readonly id: string }
  | { readonly kind: "organization"; readonly id: string }
  /** An AWS service, which can pull for every account. */
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "everybody" }
  /** Everybody, to be safe: a part of the policy is not understood. */
  | { readonly kind: "unknown"; readonly what: string };

const FROM_FEW_TO_MANY: readonly Puller["kind"][] = [
  "account",
  "organization",
  "service",
  "everybody",
  "unknown",
];

/** How many pullers a sentence names. */
const MOST_NAMED = 5;

const AND = new Intl.ListFormat("en-GB");

/** A larger number for a kind of pullers that includes more accounts. */
export function widthOf({ kind }: Puller): number {
  return FROM_FEW_TO_MANY.indexOf(kind);
}

/** Each puller once, the widest first, then by name. */
export function distinctPullers(pullers: readonly Puller[]): Puller[] {
  const named = new Map(pullers.map((puller) => [nameOf(puller), puller]));
  return [...named]
    .toSorted(([a, one], [b, other]) => widthOf(other) - widthOf(one) || (a < b ? -1 : 1))
    .map(([, puller]) => puller);
}

/**
 * Says who may pull, such as "444444444444 may pull from it".
 *
 * @param from what they pull from, as the sentence names it
 */
export function sayWhoMayPull(pullers: readonly Puller[], from: string): string {
  const unclear = pullers.filter(({ kind }) => kind === "unknown");
  const named = pullers.filter(({ kind }) => kind !== "unknown");
  const doubt = `a policy cannot be understood (${listOf(unclear)}), so everybody may pull from ${from}`;
  return [
    ...(named.length > 0 ? [`${listOf(named)} may pull from ${from}`] : []),
    ...(unclear.length > 0 ? [doubt] : []),
  ].join("; ");
}

function listOf(pullers: readonly Puller[]): string {
  const names = pullers.slice(0, MOST_NAMED).map(nameOf);
  const more = pullers.length - names.length;
  return AND.format(more > 0 ? [...names, `${more} more`] : names);
}

function nameOf(puller: Puller): string {
  switch (puller.kind) {
    case "account":
      return puller.id;
    case "organization":
      return `the organization ${puller.id}`;
    case "service":
      return `${puller.name} (for every account)`;
    case "everybody":
      return "everybody";
    case "unknown":
      return puller.what;
  }
}
