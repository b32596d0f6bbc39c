/** A request to pull, with the context that AWS gives it. */
export interface PullRequest {
  readonly action: string;
  readonly resource: string;
  readonly type: "AWS" | "Service";
  /** The texts by which a policy can name who asks. */
  readonly names: readonly string[];
  /** By key, in lower case. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether a policy allows a request. It decides one request as AWS does, and so shares no idea with the program. It takes
 * whatever is odd for permission.
 */
export function allows(policy: unknown, request: PullRequest): boolean {
  if (!isObject(policy) || !("Statement" in policy)) return true;
  const { Statement } = policy;
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return statements.some((statement) => !isObject(statement) || permits(statement, request));
}

function permits(statement: Fields, request: PullRequest): boolean {
  const { Effect, Resource, NotResource, Condition } = statement;
  if (Effect === "Deny") return false;
  const fitsResource = (text: string) => glob(text).test(request.resource);
  return (
    includes(statement, "Action", (text) => glob(text, "i").test(request.action)) &&
    ((Resource ?? NotResource) === undefined || includes(statement, "Resource", fitsResource)) &&
    names(statement, request) &&
    meets(Condition, request)
  );
}

/** Whether an element, such as `Action` or `NotAction`, includes something. */
function includes(statement: Fields, element: string, fits: (text: string) => boolean): boolean {
  const opposite = statement[`Not${element}`];
  if (opposite !== undefined) return textsOf(opposite)?.some(fits) !== true;
  return textsOf(statement[element])?.some(fits) ?? true;
}

function names({ Principal, NotPrincipal }: Fields, request: PullRequest): boolean {
  if (NotPrincipal !== undefined || !isObject(Principal)) return true;
  const types = Object.entries(Principal);
  return types.length === 0 || types.some(([type, texts]) => namesOne(type, texts, request));
}

function namesOne(type: string, value: unknown, request: PullRequest): boolean {
  const texts = textsOf(value);
  if (texts === undefined || (type !== "AWS" && type !== "Service")) return true;
  if (type === "AWS" && texts.some((text) => !/\d{12}/.test(text))) return true;
  return type === request.type && texts.some((text) => request.names.includes(text));
}

function meets(condition: unknown, { context }: PullRequest): boolean {
  if (!isObject(condition)) return true;
  return Object.entries(condition).every(
    ([operator, block]) =>
      !isObject(block) ||
      Object.entries(block).every(([key, value]) =>
        passes(operator, context[key.toLowerCase()], textsOf(value)),
      ),
  );
}

const OPERATOR =
  /^(?:(?<set>ForAnyValue|ForAllValues):)?(?<kind>String|Arn)(?<not>Not)?(?<how>Equals|EqualsIgnoreCase|Like)(?<ifExists>IfExists)?$/;

function passes(
  operator: string,
  actual: string | readonly string[] | undefined,
  texts: readonly string[] | undefined,
): boolean {
  const parts = OPERATOR.exec(operator)?.groups;
  if (parts === undefined || texts === undefined) return true;
  const { set, kind, not, how = "", ifExists } = parts;
  if (actual === undefined) return Boolean(not ?? ifExists) || set === "ForAllValues";
  const equals = kind === "Arn" ? isLikeArn : (TEXTS[how] ?? (() => true));
  const fits = (value: string) => texts.some((text) => equals(text, value)) !== Boolean(not);
  const values = typeof actual === "string" ? [actual] : actual;
  return set === "ForAllValues" ? values.every(fits) : values.some(fits);
}

const TEXTS: Readonly<Record<string, (text: string, value: string) => boolean>> = {
  Equals: (text, value) => text === value,
  EqualsIgnoreCase: (text, value) => text.toLowerCase() === value.toLowerCase(),
  Like: (text, value) => glob(text).test(value),
};

/** The six parts of an ARN are compared one by one. */
function isLikeArn(text: string, value: string): boolean {
  const [patterns, parts] = [text, value].map((arn) =>
    /^(.*?):(.*?):(.*?):(.*?):(.*?):(.*)$/.exec(arn),
  );
  if (!patterns || !parts) return false;
  return patterns.slice(1).every((pattern, i) => glob(pattern).test(parts[i + 1] ?? ""));
}

function glob(pattern: string, flags = ""): RegExp {
  const source = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `s${flags}`);
}

/** Nothing for what is no text and no list of texts. */
function textsOf(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((each) => typeof each === "string");
  return texts.length > 0 && texts.length === list.length ? texts : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
