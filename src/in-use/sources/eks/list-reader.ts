import { NoAnswerError } from "../../../aws/answers.ts";

/** How deep the objects of a list are: in the array `items` of the list, which is an object itself. */
const ITEM_DEPTH = 3;

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);
const BRACE = "{".charCodeAt(0);
const BRACKET = "[".charCodeAt(0);
const CLOSING_BRACE = "}".charCodeAt(0);
const CLOSING_BRACKET = "]".charCodeAt(0);

/**
 * Reads a list of the API while it arrives, and hands on its objects one by one. A whole page is 4 MB of text and several times as
 * much when it is parsed: V8 lets some pages pass before it collects them.
 */
export class ListReader {
  readonly #onItem: (item: unknown) => void;
  #depth = 0;
  #isInArray = false;
  #isInString = false;
  #isEscaped = false;
  /** What has arrived of the object that is not complete yet. */
  #item = "";
  /** The list without its objects: 0 stands for each. */
  #envelope = "";
  #count = 0;

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  /** How many objects have been handed on. */
  get count(): number {
    return this.#count;
  }

  /** The list without its objects. What is cut or no JSON is none here either. */
  get envelope(): string {
    return this.#envelope;
  }

  /** Takes the next part of the text. Throws NoAnswerError if an object is no JSON, and what the taker of an object throws. */
  write(text: string): void {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text.charCodeAt(at);
      if (this.#isInString) this.#readInString(sign);
      else if (sign === QUOTE) this.#isInString = true;
      else if (sign === BRACE || sign === BRACKET) {
        if (this.#open(sign)) {
          this.#envelope += text.slice(start, at);
          start = at;
        }
      } else if (sign === CLOSING_BRACE || sign === CLOSING_BRACKET) {
        if (this.#close()) {
          this.#item += text.slice(start, at + 1);
          start = at + 1;
          this.#handOn();
        }
      }
    }
    if (this.#isInItem) this.#item += text.slice(start);
    else this.#envelope += text.slice(start);
  }

  get #isInItem(): boolean {
    return this.#isInArray && this.#depth >= ITEM_DEPTH;
  }

  #readInString(sign: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (sign === BACKSLASH) this.#isEscaped = true;
    else if (sign === QUOTE) this.#isInString = false;
  }

  /** Returns whether an object of the list begins. */
  #open(sign: number): boolean {
    this.#depth += 1;
    if (this.#depth === ITEM_DEPTH - 1) this.#isInArray = sign === BRACKET;
    return this.#isInArray && this.#depth === ITEM_DEPTH;
  }

  /** Returns whether an object of the list ends. */
  #close(): boolean {
    const isItem = this.#isInArray && this.#depth === ITEM_DEPTH;
    this.#depth -= 1;
    return isItem;
  }

  #handOn(): void {
    const item = parse(this.#item);
    this.#item = "";
    this.#envelope += "0";
    this.#count += 1;
    this.#onItem(item);
  }
}

function parse(item: string): unknown {
  try {
    return JSON.parse(item);
  } catch (cause) {
    throw new NoAnswerError("an object in the answer is no JSON", undefined, cause);
  }
}
