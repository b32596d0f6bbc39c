import { readFileSync } from "node:fs";

import { type CollectionTag, type ScalarTag, type YAMLSeq, parse } from "yaml";

import { EVIDENCE_ROLE } from "../../src/in-use/scopes/role-name.ts";

export const TEMPLATE_FILE = "deploy/template.yaml";
export const EVIDENCE_ROLE_FILE = "deploy/evidence-role.yaml";

/** The short forms of CloudFormation, each with its long form. */
const SCALAR_TAGS: ScalarTag[] = [
  { tag: "!Condition", resolve: (value) => ({ Condition: value }) },
  { tag: "!Ref", resolve: (value) => ({ Ref: value }) },
  { tag: "!Sub", resolve: (value) => ({ "Fn::Sub": value }) },
  { tag: "!GetAtt", resolve: (value) => ({ "Fn::GetAtt": value.split(".") }) },
];
const LIST_TAGS = [
  ...["!If", "!Not", "!And", "!Or", "!Equals", "!Join"].map((tag): CollectionTag => ({
    tag,
    collection: "seq",
  })),
  ...["Sub", "Select", "Split"].map((name): CollectionTag => ({
    tag: `!${name}`,
    collection: "seq",
    resolve: (list) => ({ [`Fn::${name}`]: (list as YAMLSeq).toJSON() }),
  })),
];

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

/** The parts of a CloudFormation template that tests read. */
export interface Template {
  readonly Parameters: Readonly<Record<string, Parameter>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { Value: unknown; Condition?: string }>>;
}

export function readTemplate(file: string = TEMPLATE_FILE): Template {
  return parse(readFileSync(file, "utf8"), { customTags: [...SCALAR_TAGS, ...LIST_TAGS] });
}

/** A policy of a template as it is in the partition `aws`, with the default name of the role in other accounts. */
export function policyInAws(policy: unknown): { readonly Statement: readonly PolicyStatement[] } {
  const text = JSON.stringify(policy)
    .replaceAll(/\{"Fn::Sub":"arn:\$\{AWS::Partition\}:([^"]*)"\}/g, '"arn:aws:$1"')
    .replaceAll("${InUseRole}", EVIDENCE_ROLE);
  return JSON.parse(text);
}

interface PolicyStatement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
}

/** The parameter that sets an environment variable: `MaxDeletions` sets `MAX_DELETIONS`. */
export function parameterOf(variable: string): string {
  return variable
    .toLowerCase()
    .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What a value of a template becomes: the parameters and resources that it names, and the conditions that are true. */
export interface Deployment {
  readonly names: Readonly<Record<string, string>>;
  readonly conditions: readonly string[];
}

/** A value of a template as CloudFormation deploys it, in the partition `aws`. */
export function deployed(value: any, deployment: Deployment): any {
  const resolve = (part: unknown) => deployed(part, deployment);
  const { names, conditions } = deployment;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const [condition, then, otherwise] = value;
    // The short form of Fn::If is read as its list.
    const isIf = value.length === 3 && /^(?:Has|Makes)/.test(condition);
    if (isIf) return resolve(conditions.includes(condition) ? then : otherwise);
    return value.map(resolve);
  }
  if ("Ref" in value) return names[value.Ref];
  if ("Fn::GetAtt" in value) return names[value["Fn::GetAtt"].join(".")];
  if ("Fn::Split" in value) {
    const [separator, text] = value["Fn::Split"];
    return resolve(text).split(separator);
  }
  if ("Fn::Select" in value) {
    const [index, list] = value["Fn::Select"];
    return resolve(list)[index];
  }
  if ("Fn::Sub" in value) {
    const [text, variables] = [value["Fn::Sub"]].flat();
    const known = { "AWS::Partition": "aws", ...names, ...resolve(variables ?? {}) };
    return text.replaceAll(/\$\{([^}]+)\}/g, (_: string, name: string) => known[name]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
}
