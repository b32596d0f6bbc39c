import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { app, appByDigest, numbered, untagged } from "../accounts.ts";
import { run } from "../make-run.ts";
import { createAccount, digestOf, enabled, old, remaining } from "../simulator/account.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { type Principal, principal } from "./authenticator.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import {
  KINDS,
  addEphemeralContainer,
  createNamespace,
  createObject,
  podOf,
  setPodStatus,
} from "./objects.ts";
import { applyDocumentedRole, giveRole, giveRoleWithout } from "./roles.ts";

const CLEANER = principal("cleaner", ["ecr-cleaner"]);
const VIEWER = principal("viewer", ["viewers"]);
const NEARLY = principal("nearly", ["nearly"]);
const STRANGER = principal("stranger");

/** More than a page of replica sets. The last one alone names its image. */
const REPLICA_SETS = numbered("web-", 1000);
/** Each tag of `app` is named in one place of the cluster. */
const TAGS = [...KINDS, "init", "debugger", "volume", "last-page", "other-namespace"];
/** Each of these digests is named by the status of one container only. */
const DIGESTS = ["ran-main", "ran-init", "ran-debugger"];

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({
    name: "main",
    principals: [CLEANER, VIEWER, NEARLY, STRANGER],
  });
  const { admin } = cluster;
  await applyDocumentedRole(admin);
  await giveRoleWithout("jobs", admin, "nearly");
  // A controller makes the role "view" of this one, and there is none.
  await giveRole(admin, "viewers", "system:aggregate-to-view");
  for (const kind of KINDS) await createObject(admin, kind, podOf(app(kind)), "web");
  await createRunningPod();
  await createNamespace(admin, "shop");
  await createObject(admin, "deployments", podOf(app("other-namespace")), "web", "shop");
  await Promise.all(
    REPLICA_SETS.map(async (name) => createObject(admin, "replicasets", podOf("nginx"), name)),
  );
  await createObject(admin, "replicasets", podOf(app("last-page")), "zoo", "shop");
});
afterEach(() => {
  cluster.onRequest = async () => {};
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

/** A pod with every part that names an image. */
async function createRunningPod() {
  const { admin } = cluster;
  const volumes = [{ name: "model", image: { reference: app("volume") } }];
  const initContainers = [{ name: "init", image: app("init") }];
  await createObject(admin, "pods", { ...podOf("nginx"), initContainers, volumes }, "running");
  await addEphemeralContainer(admin, "running", app("debugger"));
  const status = (name: string, image: string, imageID: string) => ({
    name,
    image,
    imageID,
    ready: true,
    restartCount: 0,
  });
  await setPodStatus(admin, "running", {
    phase: "Running",
    containerStatuses: [
      status("main", digestOf("config"), `docker-pullable://${appByDigest("ran-main")}`),
    ],
    initContainerStatuses: [status("init", app("init"), appByDigest("ran-init"))],
    ephemeralContainerStatuses: [status("debugger", app("debugger"), appByDigest("ran-debugger"))],
  });
}

/** Makes a real run as an IAM principal, on an account with the cluster. */
async function cleanAs({ accessKeyId, secretAccessKey }: Principal) {
  const images = [...[...TAGS, "unused"].map((tag) => old(tag)), ...DIGESTS.map(untagged)];
  const { endpoint, certificateAuthority: authority } = cluster;
  const account = createAccount({
    repositories: { app: enabled(images) },
    eksClusters: { main: { endpoint, authority } },
  });
  await using simulator = await startSimulator(account);
  const env = {
    ...simulator.env,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const result = await run({ env }, ["--json"], { DRY_RUN: "false" });
  return { ...result, left: remaining(account, "app") };
}

const USED = [...TAGS, ...DIGESTS.map(digestOf)].toSorted();
const ALL = [...USED, "unused"].toSorted();

test.for([
  { name: "the documented role", caller: CLEANER },
  { name: "the view role of Kubernetes", caller: VIEWER },
])(
  "a run with $name deletes only the image that nothing in the cluster names",
  async ({ caller }) => {
    const { exitCode, stderr, left } = await cleanAs(caller);
    expect({ exitCode, left, stderr }).toMatchObject({ exitCode: 0, left: USED });
  },
);

test("a list that expires while it is read is begun again", async () => {
  const lists: (string | null)[] = [];
  cluster.onRequest = async (uri) => {
    const { pathname, searchParams } = new URL(uri, cluster.endpoint);
    if (!pathname.endsWith("/replicasets")) return;
    lists.push(searchParams.get("continue"));
    if (lists.length !== 2) return;
    await createNamespace(cluster.admin, "later");
    await cluster.compact();
  };
  const { exitCode, left } = await cleanAs(CLEANER);
  expect({ exitCode, left }).toEqual({ exitCode: 0, left: USED });
  expect(lists.slice(0, 3)).toEqual([null, expect.any(String), null]);
});

test("a run whose role lacks one kind names it, and deletes nothing", async () => {
  const { exitCode, stderr, left } = await cleanAs(NEARLY);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("may not list jobs in the cluster");
  expect(left).toEqual(ALL);
});

test("a run whose role has no access to the cluster says how to give it, and deletes nothing", async () => {
  const { exitCode, stderr, left } = await cleanAs(STRANGER);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("aws eks create-access-entry --cluster-name main");
  expect(left).toEqual(ALL);
});
