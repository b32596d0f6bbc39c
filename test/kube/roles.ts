import { readFileSync } from "node:fs";

import { parseAllDocuments } from "yaml";

import type { KubeClient } from "./client.ts";

interface Rule {
  readonly resources: readonly string[];
}

const PATHS: Readonly<Record<string, string>> = {
  ClusterRole: "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ClusterRoleBinding: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
};

/** The manifests in the documentation: a role, and its binding to the group `ecr-cleaner`. */
const [, manifests = ""] =
  /```yaml\n(apiVersion: rbac[^]+?)```/.exec(readFileSync("docs/eks.md", "utf8")) ?? [];
const [documentedRole, documentedBinding] = parseAllDocuments(manifests).map((manifest) =>
  manifest.toJS(),
);

/** The kinds of objects that the documented role may read. */
export const DOCUMENTED_KINDS: readonly string[] = documentedRole.rules.flatMap(
  ({ resources }: Rule) => resources,
);

/** Does what the documentation says: creates the role, and gives it to the group `ecr-cleaner`. */
export async function applyDocumentedRole(admin: KubeClient): Promise<void> {
  await create(admin, documentedRole);
  await create(admin, documentedBinding);
}

/** Gives a group the documented role without one kind. */
export async function giveRoleWithout(
  kind: string,
  admin: KubeClient,
  group: string,
): Promise<void> {
  const rules = documentedRole.rules.map((rule: Rule) => ({
    ...rule,
    resources: rule.resources.filter((each) => each !== kind),
  }));
  await create(admin, { ...documentedRole, metadata: { name: group }, rules });
  await giveRole(admin, group, group);
}

/** Gives a group a role that there is. */
export async function giveRole(admin: KubeClient, group: string, name: string): Promise<void> {
  await create(admin, {
    ...documentedBinding,
    metadata: { name: group },
    roleRef: { ...documentedBinding.roleRef, name },
    subjects: documentedBinding.subjects.map((subject: object) => ({ ...subject, name: group })),
  });
}

async function create(admin: KubeClient, manifest: any): Promise<void> {
  await admin.create(PATHS[manifest.kind] ?? "", manifest);
}
