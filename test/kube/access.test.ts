import { afterAll, beforeAll, expect, test } from "vitest";

import { type Principal, principal } from "./authenticator.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { KINDS, createNamespace, createObject, pathOf, podOf } from "./objects.ts";
import { DOCUMENTED_KINDS, applyDocumentedRole, giveRoleWithout } from "./roles.ts";
import { createToken } from "./token.ts";

const CLEANER = principal("cleaner", ["ecr-cleaner"]);
const NEARLY = principal("nearly", ["nearly"]);
const STRANGER = principal("stranger");

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ name: "main", principals: [CLEANER, NEARLY, STRANGER] });
  const { admin } = cluster;
  await applyDocumentedRole(admin);
  await giveRoleWithout("jobs", admin, "nearly");
  for (const namespace of ["shop", "tools"]) {
    await createNamespace(admin, namespace);
    for (const kind of KINDS)
      await createObject(admin, kind, podOf("shop/api:v1"), "api", namespace);
  }
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test("the documented role has the kinds that these tests create, and no other", () => {
  expect(DOCUMENTED_KINDS.toSorted()).toEqual(KINDS.toSorted());
});

const get = async (caller: Principal, path: string) =>
  cluster.as(createToken("main", caller)).send("GET", path);

test.for(KINDS)("the documented role may list the %s of all namespaces", async (kind) => {
  const { status, body } = await get(CLEANER, pathOf(kind));
  expect(status).toBe(200);
  const namespaces = body.items.map((item: any) => item.metadata.namespace);
  expect(namespaces).toEqual(expect.arrayContaining(["shop", "tools"]));
});

test("a list with a limit has pages", async () => {
  const path = `${pathOf("deployments")}?limit=1`;
  const first = await get(CLEANER, path);
  expect(first.body.items).toHaveLength(1);
  const second = await get(CLEANER, `${path}&continue=${first.body.metadata.continue}`);
  expect(second.body.items).toHaveLength(1);
  expect(second.body.items).not.toEqual(first.body.items);
  expect(second.body.metadata.continue).toBeUndefined();
});

test("a list that is half read expires", async () => {
  const path = `${pathOf("deployments")}?limit=1`;
  const first = await get(CLEANER, path);
  await createNamespace(cluster.admin, "another");
  await cluster.compact();
  const second = await get(CLEANER, `${path}&continue=${first.body.metadata.continue}`);
  expect(second).toMatchObject({ status: 410, body: { reason: "Expired" } });
});

test.for([
  "/api/v1/secrets",
  "/api/v1/configmaps",
  "/api/v1/namespaces",
  "/api/v1/nodes",
  "/api/v1/namespaces/shop/pods/api",
  "/api/v1/namespaces/shop/pods/api/log",
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  "/apis/rbac.authorization.k8s.io/v1/clusterroles",
])("the documented role may not read %s", async (path) => {
  expect(await get(CLEANER, path)).toMatchObject({ status: 403 });
});

test("the documented role may write nothing", async () => {
  const cleaner = cluster.as(createToken("main", CLEANER));
  const path = `${pathOf("deployments", "shop")}/api`;
  expect(await cleaner.send("DELETE", path)).toMatchObject({ status: 403 });
  expect(await cleaner.send("DELETE", pathOf("deployments", "shop"))).toMatchObject({
    status: 403,
  });
});

test("a role that lacks one kind is refused for that one", async () => {
  const refused = [];
  for (const kind of KINDS) {
    const { status, body } = await get(NEARLY, pathOf(kind));
    if (status !== 200) refused.push([status, body.message]);
  }
  expect(refused).toEqual([
    [403, expect.stringContaining('cannot list resource "jobs" in API group "batch"')],
  ]);
});

test.for([
  {
    name: "of a principal without an access entry",
    token: () => createToken("main", STRANGER),
    refusal: /stranger\/session has no access entry/,
  },
  {
    name: "for another cluster",
    token: () => createToken("other", CLEANER),
    refusal: /signature wrong/,
  },
  {
    name: "signed with another secret",
    token: () => createToken("main", { ...CLEANER, secretAccessKey: "a guess" }),
    refusal: /signature wrong/,
  },
  {
    name: "older than 15 minutes",
    token: () => createToken("main", CLEANER, { signedAt: Date.now() - 16 * 60_000 }),
    refusal: /expired/,
  },
  {
    name: "without the name of the cluster",
    token: () => createToken("main", CLEANER, { signedHeaders: "host" }),
    refusal: /x-k8s-aws-id is not signed/,
  },
  {
    name: "with another host",
    token: () => createToken("main", CLEANER, { host: "sts.example.com" }),
    refusal: /the host is sts\.example\.com/,
  },
  {
    name: "with a parameter more",
    token: () => createToken("main", CLEANER, { parameters: { "x-id": "GetCallerIdentity" } }),
    refusal: /x-id is not allowed/,
  },
  {
    name: "that is none",
    token: () => "k8s-aws-v1.%",
    refusal: /base64url/,
  },
])("a token $name is refused", async ({ token, refusal }) => {
  const answer = await cluster.as(token()).send("GET", pathOf("pods"));
  expect(answer).toMatchObject({ status: 401, body: { reason: "Unauthorized" } });
  expect(cluster.refusals.at(-1)).toMatch(refusal);
});
