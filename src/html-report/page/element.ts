/** The element of the page with an id; throws if there is none. */
export function element(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (found === null) throw new Error(`The page has no element "${id}"`);
  return found;
}

/** The element of the page with an id, of one kind; throws if there is none. */
export function control<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = element(id);
  if (!(found instanceof kind)) throw new Error(`The element "${id}" is of another kind`);
  return found;
}

/** Does something when a person presses the button with an id. */
export function onClick(id: string, work: () => void): void {
  element(id).addEventListener("click", work);
}

/** Properties of an element. None takes markup: what the page shows is text, and strangers can have written it. */
type Properties<Name extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Name], "innerHTML" | "outerHTML" | "style" | "dataset">
>;

/** Makes an element. Texts among its children become text, never markup. */
export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties<Name> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The head of a row in a table. */
export function rowHead(...content: readonly (Node | string)[]): HTMLTableCellElement {
  return create("th", { scope: "row" }, ...content);
}

/** A term and its descriptions, for a description list. */
export function entry(term: string, ...descriptions: readonly (Node | string)[]): HTMLElement {
  const terms = create("dt", {}, term);
  return create("div", {}, terms, ...descriptions.map((each) => create("dd", {}, each)));
}

/** A sentence whose names between backticks stand out as code. */
export function prose(text: string): (Node | string)[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? create("code", {}, part) : part));
}
