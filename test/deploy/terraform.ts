import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import hcl from "hcl2-parser";

export const MODULE_FOLDER = "deploy/terraform";

/** The package declares no types of its own. */
interface Parser {
  /** The content of a file and no error, or no content and the error. */
  readonly parseToObject: (
    text: string,
  ) => readonly [Readonly<Record<string, any>> | null, string | null];
}

const parser: Parser = hcl;

type Blocks = Readonly<Record<string, Readonly<Record<string, any>>>>;

/** The parts of the Terraform module that tests read: labels, and what stands in the blocks. Expressions are `${texts}`. */
export interface Module {
  readonly text: string;
  readonly variables: Blocks;
  readonly resources: Readonly<Record<string, Blocks>>;
  readonly locals: Readonly<Record<string, any>>;
}

/** Reads all files of the module. Throws on one that is not in Terraform's language. */
export function readModule(): Module {
  const names = readdirSync(MODULE_FOLDER).filter((name) => name.endsWith(".tf"));
  const texts = names.map((name) => readFileSync(join(MODULE_FOLDER, name), "utf8"));
  const files = texts.map((text, i) => {
    const [content, error] = parser.parseToObject(text);
    if (content === null) throw new Error(`${names[i]}: ${error}`);
    return content;
  });
  const all = (kind: string) => Object.assign({}, ...files.map((file) => file[kind] ?? {}));
  return {
    text: texts.join("\n"),
    variables: onlyBlocks(all("variable")),
    resources: Object.fromEntries(
      Object.entries(all("resource")).map(([type, blocks]) => [type, onlyBlocks(blocks)]),
    ),
    locals: Object.assign({}, ...files.flatMap((file) => file["locals"] ?? [])),
  };
}

/** The arguments of the first block of a kind in a text, such as an example in a document. */
export function readBlock(text: string, kind: string): Readonly<Record<string, unknown>> {
  const [content, error] = parser.parseToObject(text);
  if (content === null) throw new Error(`${text}: ${error}`);
  return Object.values(onlyBlocks(content[kind]))[0] ?? {};
}

/** The parser has a list of blocks where Terraform allows one. */
function onlyBlocks(blocks: any): Blocks {
  return Object.fromEntries(Object.entries<any>(blocks).map(([name, [block]]) => [name, block]));
}
