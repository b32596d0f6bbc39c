import { readFileSync } from "node:fs";

import { type CollectionTag, type ScalarTag, parse } from "yaml";

export const TEMPLATE_FILE = "deploy/template.yaml";

/** The short forms of CloudFormation, each with its long form. */
const SCALAR_TAGS: ScalarTag[] = [
  { tag: "!Condition", resolve: (value) => ({ Condition: value }) },
  { tag: "!Ref", resolve: (value) => ({ Ref: value }) },
  { tag: "!Sub", resolve: (value) => ({ "Fn::Sub": value }) },
  { tag: "!GetAtt", resolve: (value) => ({ "Fn::GetAtt": value.split(".") }) },
];
const LIST_TAGS = ["!If", "!Not", "!And", "!Or", "!Equals", "!Join"].map((tag): CollectionTag => ({
  tag,
  collection: "seq",
}));

interface Parameter {
  readonly Type: string;
  readonly Description: string;
  readonly Default?: string | number;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
}

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, any>>;
}

/** The parts of the CloudFormation template that tests read. */
export interface Template {
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { Value: unknown; Condition?: string }>>;
}

export function readTemplate(): Template {
  return parse(readFileSync(TEMPLATE_FILE, "utf8"), { customTags: [...SCALAR_TAGS, ...LIST_TAGS] });
}

/** The parameter that sets an environment variable: `MaxDeletions` sets `MAX_DELETIONS`. */
export function parameterOf(variable: string): string {
  return variable
    .toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
