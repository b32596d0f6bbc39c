import { readFileSync } from "node:fs";

import * as prettier from "prettier";
import { stringify } from "yaml";

import type { Statement } from "../src/aws/permissions.ts";
import { ECR_STATEMENTS } from "../src/ecr/ecr.ts";
import { ACCOUNTS_STATEMENT } from "../src/in-use/scopes/accounts.ts";
import { ASSUME_STATEMENT } from "../src/in-use/scopes/evidence-role.ts";
import { REGIONS_STATEMENT } from "../src/in-use/scopes/regions.ts";
import { EVIDENCE_ROLE } from "../src/in-use/scopes/role-name.ts";
import { GENERAL_BLIND_SPOTS, TASK_DEFINITIONS, loadSources } from "../src/in-use/sources/index.ts";
import { KINDS } from "../src/in-use/sources/eks/workloads.ts";
import { NOTIFY_STATEMENT } from "../src/notification/sns.ts";
import { KEEP_REASONS } from "../src/plan/verdict.ts";
import { SETTINGS } from "../src/settings/settings.ts";
import { LISTS_STATEMENTS, STORE_STATEMENTS } from "../src/store/permissions.ts";
import { MEANINGS } from "./verdict-meanings.ts";

const sources = await loadSources();
const SOURCE_STATEMENTS: readonly Statement[] = [
  ...sources.flatMap(({ statements }) => statements),
  TASK_DEFINITIONS,
];
const STATEMENTS: readonly Statement[] = [
  ...SOURCE_STATEMENTS,
  ...ECR_STATEMENTS,
  ASSUME_STATEMENT,
  ACCOUNTS_STATEMENT,
  REGIONS_STATEMENT,
];

/** What only some settings need. They name a bucket and a topic, so iam-policy.json does not have them. */
const OPTIONAL_STATEMENTS: readonly Statement[] = [
  ...STORE_STATEMENTS,
  ...LISTS_STATEMENTS,
  NOTIFY_STATEMENT,
];

/** What the role of another account allows: to read what the program reads there, and to write nothing. */
const EVIDENCE_STATEMENTS: readonly Statement[] = [
  ...SOURCE_STATEMENTS,
  {
    Sid: "ReadCopiesOfRepositories",
    Action: ["ecr:DescribeImages", "ecr:GetRepositoryPolicy", "ecr:GetRegistryPolicy"],
    purpose: "the images of a copy in which ECR repeats deletions, and who may pull from it",
  },
  REGIONS_STATEMENT,
];

/** The generated parts of files: what stands between two comments that name the part. */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "README.md": {
    "blind spots": renderBlindSpots(),
    permissions: renderPermissions(),
    "optional permissions": renderOptionalPermissions(),
    settings: renderSettings(),
  },
  "docs/eks.md": { "cluster role": renderClusterRole() },
  "docs/operating.md": { "optional policy": renderOptionalPolicy() },
  "docs/how-it-decides.md": { evidence: renderEvidence(), verdicts: renderVerdicts() },
  "deploy/template.yaml": {
    "source ids": renderSourcePattern(),
    policy: renderTemplatePolicy(STATEMENTS),
  },
  "deploy/evidence-role.yaml": { policy: renderTemplatePolicy(EVIDENCE_STATEMENTS) },
};

/** Every generated file by its path, with the text that it must have. */
export async function generateFiles(): Promise<Map<string, string>> {
  const policy = JSON.stringify(toPolicy(STATEMENTS));
  const files = new Map([
    ["iam-policy.json", policy],
    // A module of Terraform is a folder that people copy.
    ["deploy/terraform/iam-policy.json", policy],
    ["deploy/terraform/settings.tf", renderTerraformSettings()],
  ]);
  for (const [path, parts] of Object.entries(PARTS)) {
    files.set(path, Object.entries(parts).reduce(replacePart, readFileSync(path, "utf8")));
  }
  for (const [path, text] of files) files.set(path, await formatFile(path, text));
  return files;
}

async function formatFile(filepath: string, text: string): Promise<string> {
  // No parser of prettier reads Terraform's language.
  if (filepath.endsWith(".tf")) return text;
  return prettier.format(text, { ...(await prettier.resolveConfig(filepath)), filepath });
}

/** Replaces what stands between `generated: name` and `end of generated: name`, in whatever comments the file has. */
function replacePart(text: string, [name, part]: [string, string]): string {
  const pattern = new RegExp(
    `(^[^\n]*\\bgenerated: ${name}\\b[^\n]*\n)[^]*?(^[^\n]*\\bend of generated: ${name}\\b)`,
    "m",
  );
  if (!pattern.test(text)) throw new Error(`There is no place for the generated part "${name}"`);
  return text.replace(pattern, (_, before: string, after: string) => `${before}${part}\n${after}`);
}

function toPolicy(statements: readonly Statement[], partition = "aws") {
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ Sid, Action, Resource = "*", Condition }) => ({
      Sid,
      Effect: "Allow",
      Action: Action.length === 1 ? Action[0] : Action,
      Resource: Array.isArray(Resource)
        ? Resource.map((arn: string) => inPartition(arn, partition))
        : inPartition(String(Resource), partition),
      ...(Condition && { Condition }),
    })),
  };
}

function inPartition(arn: string, partition: string): string {
  return arn.replace(/^arn:aws:/, `arn:${partition}:`);
}

/** Each ARN has the partition that the stack is in, and the name of the evidence role that the template's parameter gives. */
function renderTemplatePolicy(statements: readonly Statement[]): string {
  const policy = toPolicy(statements, "${AWS::Partition}");
  const yaml = stringify(policy.Statement)
    .replaceAll(/^( *Resource:) (arn:\$\{AWS::Partition\}.*)$/gm, "$1 !Sub $2")
    .replaceAll(`:role/${EVIDENCE_ROLE}`, ":role/${InUseRole}");
  return indent(yaml.trimEnd(), 14);
}

function renderSourcePattern(): string {
  const id = `(${sources.map((source) => source.id).join("|")})`;
  return `    AllowedPattern: ^(all|${id}([ ,]+${id})*)$`;
}

/** A variable for each setting, all texts as in an environment, and the environment that they make. */
function renderTerraformSettings(): string {
  const variables = SETTINGS.map(({ name, fallback, meaning }) =>
    [
      `variable "${name.toLowerCase()}" {`,
      `  description = ${JSON.stringify(toSentence(meaning))}`,
      `  type        = string`,
      `  default     = ${JSON.stringify(fallback)}`,
      `  nullable    = false`,
      `}`,
    ].join("\n"),
  );
  const width = Math.max(...SETTINGS.map(({ name }) => name.length));
  const values = SETTINGS.map(
    ({ name }) => `    ${name.padEnd(width)} = var.${name.toLowerCase()}`,
  );
  return [
    "# Generated from src/settings/settings.ts by npm run generate.",
    ...variables,
    ["locals {", "  settings = {", ...values, "  }", "}", ""].join("\n"),
  ].join("\n\n");
}

/** What a cluster must allow, and the group that gets it. */
function renderClusterRole(): string {
  const name = "ecr-cleaner";
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const groups = [...new Set(KINDS.map(({ group }) => group))].toSorted();
  const rules = groups.map((group) => ({
    apiGroups: [group],
    resources: KINDS.filter((kind) => kind.group === group).map(({ resource }) => resource),
    verbs: ["list"],
  }));
  const role = { apiVersion, kind: "ClusterRole", metadata: { name }, rules };
  const apiGroup = "rbac.authorization.k8s.io";
  const binding = {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name },
    subjects: [{ apiGroup, kind: "Group", name }],
  };
  return `\n\`\`\`yaml\n${stringify(role)}---\n${stringify(binding)}\`\`\`\n`;
}

function renderBlindSpots(): string {
  return `\n${renderList(GENERAL_BLIND_SPOTS)}\n`;
}

function renderPermissions(): string {
  return renderTable(
    ["Statement", "Lets the program read", "In the original's policy"],
    STATEMENTS.map(({ Sid, purpose, isOriginal }) => [
      `\`${Sid}\``,
      purpose,
      isOriginal === true ? "yes" : "",
    ]),
  );
}

function renderOptionalPermissions(): string {
  return renderTable(
    ["Statement", "Lets the program"],
    OPTIONAL_STATEMENTS.map(({ Sid, purpose }) => [`\`${Sid}\``, purpose]),
  );
}

function renderOptionalPolicy(): string {
  return `\n\`\`\`json\n${JSON.stringify(toPolicy(OPTIONAL_STATEMENTS))}\n\`\`\`\n`;
}

function renderSettings(): string {
  return renderTable(
    ["Variable", "Default", "Tag of a repository", "Meaning"],
    SETTINGS.map(({ name, fallback, tag, meaning }) => [
      code(name),
      code(fallback),
      code(tag),
      toSentence(meaning),
    ]),
  );
}

function toSentence(meaning: string): string {
  return `${meaning[0]?.toUpperCase()}${meaning.slice(1)}.`;
}

function renderEvidence(): string {
  const sections = sources.map(({ id, title, evidence, blindSpots }) =>
    [
      `### ${title}: ${code(id)}`,
      "Counts as in use:",
      renderList(evidence),
      ...(blindSpots.length > 0 ? ["It does not see:", renderList(blindSpots)] : []),
    ].join("\n\n"),
  );
  return `\n${sections.join("\n\n")}\n`;
}

function renderList(rows: readonly string[]): string {
  return rows.map((row, i) => `- ${row}${i === rows.length - 1 ? "." : ";"}`).join("\n");
}

function renderVerdicts(): string {
  return renderTable(
    ["Verdict", "When"],
    [
      ...KEEP_REASONS.map((reason) => [`keep: ${code(reason)}`, MEANINGS[reason]]),
      ["delete", "none of these"],
    ],
  );
}

function code(text: string | undefined): string {
  return text === undefined || text === "" ? "" : `\`${text}\``;
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return `\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));
}
