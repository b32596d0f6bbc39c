import { readFileSync } from "node:fs";

import { type CollectionTag, type ScalarTag, parse } from "yaml";

export const TEMPLATE_FILE = "deploy/template.yaml";

/** CloudFormation's short forms, each as the long form that it stands for. */
const SCALAR_TAGS: ScalarTag[] = [
  { tag: "!Ref", resolve: (value) => ({ Ref: value }) },
  { tag: "!Sub", resolve: (value) => ({ "Fn::Sub": value }) },
  { tag: "!GetAtt", resolve: (value) => ({ "Fn::GetAtt": value.split(".") }) },
];
const LIST_TAGS = ["!If", "!Not", "!Equals"].map((tag): CollectionTag => ({
  tag,
  collection: "seq",
}));

interface Parameter {
  readonly Type: string;
  readonly Description: string;
  readonly Default?: string | number;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
}

/** The CloudFormation template, as far as tests look at it. */
export interface Template {
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Resources: Readonly<Record<string, { Properties: Readonly<Record<string, any>> }>>;
}

export function readTemplate(): Template {
  return parse(readFileSync(TEMPLATE_FILE, "utf8"), { customTags: [...SCALAR_TAGS, ...LIST_TAGS] });
}

/** The parameter of the template that sets an environment variable: `MAX_DELETIONS` is `MaxDeletions`. */
export function parameterOf(variable: string): string {
  return variable
    .toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
