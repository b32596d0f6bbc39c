import { create, element } from "./element.ts";

/** A button that copies a text. */
export function copyButton(what: string, text: string): HTMLElement {
  const onclick = async () => {
    say((await copy(text)) ? `Copied the ${what}.` : `The browser did not copy the ${what}.`);
  };
  return create("button", { type: "button", onclick }, `Copy ${what}`);
}

/** Tells a person, and a screen reader, what has happened. */
function say(message: string): void {
  element("said").textContent = message;
  clearTimeout(timer);
  timer = setTimeout(() => (element("said").textContent = ""), SAID_MS);
}

/** How long a message is shown, in ms. */
const SAID_MS = 4000;
let timer: ReturnType<typeof setTimeout> | undefined;

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers have no clipboard for pages that come over plain HTTP.
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const field = create("textarea", { value: text, readOnly: true });
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  // oxlint-disable-next-line typescript/no-deprecated -- there is nothing else
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
