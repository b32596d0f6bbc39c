import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
  const types = new Set(files.flatMap((file) => Object.keys(file["resource"] ?? {})));
  return {
    text: texts.join("\n"),
    variables: onlyBlocks(all("variable")),
    resources: Object.fromEntries(
      [...types].map((type) => [
        type,
        onlyBlocks(Object.assign({}, ...files.map((file) => file["resource"]?.[type] ?? {}))),
      ]),
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

/** What stands for the resources and data that locals name, since Terraform has no provider here. */
const STAND_INS: Readonly<Record<string, string>> = {
  "one(aws_s3_bucket.store[*].id)": '"made"',
  "one(aws_sns_topic.messages[*].arn)": '"arn:made"',
  "data.aws_partition.current.partition": '"aws"',
};

/** The value of a local in the first block of locals in store.tf, as Terraform computes it from variables. */
export function evaluate(local: string, variables: Readonly<Record<string, string>>): unknown {
  const [locals = ""] =
    /^locals \{$[^]*?^\}$/m.exec(readFileSync(join(MODULE_FOLDER, "store.tf"), "utf8")) ?? [];
  const text = Object.entries(STAND_INS).reduce(
    (all, [name, value]) => all.replaceAll(name, value),
    locals,
  );
  const names = new Set([...text.matchAll(/\bvar\.(\w+)/g)].map(([, name = ""]) => name));
  const declared = [...names].map((name) => {
    const value = JSON.stringify(variables[name] ?? (name.startsWith("create_") ? false : ""));
    return `variable "${name}" {\n  default = ${value}\n}`;
  });
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  try {
    writeFileSync(join(folder, "main.tf"), [text, ...declared].join("\n"));
    const input = `jsonencode(local.${local})\n`;
    const printed = execFileSync("terraform", ["console"], {
      cwd: folder,
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    // The console prints a text as an expression: in quotes, with escapes.
    const json: string = JSON.parse(/^".*"$/m.exec(printed)?.[0] ?? "");
    return JSON.parse(json);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The parser has a list of blocks where Terraform allows one. */
function onlyBlocks(blocks: any): Blocks {
  return Object.fromEntries(Object.entries<any>(blocks).map(([name, [block]]) => [name, block]));
}
