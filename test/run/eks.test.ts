import { connect } from "node:net";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { app, appByDigest } from "../accounts.ts";
import { certify } from "../aws/certificate.ts";
import { controllerRevision, cronJob, pod, template, workload } from "../kubernetes-objects.ts";
import { clean, invoke, run, runAccount } from "../make-run.ts";
import {
  type Account,
  type AccountParts,
  createAccount,
  enabled,
  old,
  remaining,
} from "../simulator/account.ts";
import type { Fault } from "../simulator/faults.ts";
import { type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

/** Each image of the repository `app` that is in use, and what uses it. */
const USERS: Readonly<Record<string, string>> = {
  "cron-job": "EKS cluster shop, cron job web/report",
  job: "EKS cluster shop, job web/import",
  "at-zero": "EKS cluster shop, deployment web/front",
  rollback: "EKS cluster shop, replica set web/front-1",
  "stateful-set": "EKS cluster shop, stateful set data/db",
  revision: "EKS cluster shop, controller revision data/db-1",
  "daemon-set": "EKS cluster shop, daemon set kube-system/agent",
  controller: "EKS cluster batch, replication controller old/worker",
  pod: "EKS cluster batch, pod web/front-1-a",
  init: "EKS cluster batch, pod web/front-1-a",
  debug: "EKS cluster batch, pod web/front-1-a",
  volume: "EKS cluster batch, pod web/front-1-a",
  finished: "EKS cluster batch, pod web/import-1",
  moved: "EKS cluster batch, pod web/moved",
};

const clusters = (): AccountParts => ({
  repositories: { app: enabled([...Object.keys(USERS), "unused"].map((tag) => old(tag))) },
  eksClusters: {
    shop: {
      objects: {
        cronjobs: { "web/report": cronJob(app("cron-job"), { suspend: true }) },
        jobs: { "web/import": { ...workload(app("job")), status: { succeeded: 1 } } },
        deployments: { "web/front": workload(app("at-zero"), { replicas: 0 }) },
        replicasets: { "web/front-1": workload(app("rollback"), { replicas: 0 }) },
        statefulsets: { "data/db": workload(app("stateful-set")) },
        controllerrevisions: { "data/db-1": controllerRevision(app("revision")) },
        daemonsets: { "kube-system/agent": workload(app("daemon-set")) },
      },
    },
    batch: {
      objects: {
        replicationcontrollers: { "old/worker": workload(app("controller")) },
        pods: {
          "web/front-1-a": template(app("pod"), {
            initContainers: [{ image: app("init") }],
            ephemeralContainers: [{ image: app("debug") }],
            volumes: [{ image: { reference: app("volume") } }],
          }),
          "web/import-1": { ...template(app("finished")), status: { phase: "Succeeded" } },
          "web/moved": pod("docker.io/library/nginx", `docker-pullable://${appByDigest("moved")}`),
        },
      },
    },
  },
});

const ALL = [...Object.keys(USERS), "unused"].toSorted();
const IN_USE = Object.keys(USERS).toSorted();

describe("a run on an account with two clusters", () => {
  test("keeps every image that a workload names or a pod runs, and deletes the unused one", async () => {
    const { account, exitCode, summary } = await runAccount(clusters());
    expect(exitCode).toBe(0);
    expect(remaining(account, "app")).toEqual(IN_USE);
    expect(summary.inUse.sources).toContainEqual(
      expect.objectContaining({ id: "eks", status: "complete" }),
    );
  });

  test("--explain names cluster, namespace, kind and name", async () => {
    await using simulator = await startSimulator(createAccount(clusters()));
    const { stdout } = await run(simulator, ["--explain", "app"]);
    for (const [tag, place] of Object.entries(USERS)) {
      expect(stdout).toMatch(new RegExp(`^app:${tag}\n(?:  .*\n)*  used by {4}${place}$`, "m"));
    }
  });

  test("deletes the image that only a deleted deployment named", async () => {
    const account = createAccount(clusters());
    account.eksClusters.get("shop")?.objects.delete("deployments");
    await using simulator = await startSimulator(account);
    await clean(simulator);
    expect(remaining(account, "app")).toEqual(IN_USE.filter((tag) => tag !== "at-zero"));
  });

  test.for([
    { name: "the original's evidence", settings: { IN_USE_EVIDENCE: "original" } },
    { name: "other sources only", settings: { IN_USE_SOURCES: "ecs lambda" } },
  ])("does not ask EKS with $name", async ({ settings }) => {
    const { simulator } = await runAccount(clusters(), {}, settings);
    expect(simulator.calls.filter(({ action }) => /^(?:eks|kubernetes):/.test(action))).toEqual([]);
  });

  test("asks the API servers where EKS says, whatever endpoint the environment names", async () => {
    const account = createAccount(clusters());
    await using simulator = await startSimulator(account);
    const other = { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1" };
    await run({ env: { ...simulator.env, ...other } }, [], { DRY_RUN: "false" });
    expect(remaining(account, "app")).toEqual(IN_USE);
  });

  test("asks the API servers through the proxy in HTTPS_PROXY, and trusts only their own authority", async () => {
    const asked: string[] = [];
    const proxy = createServer().on("connect", ({ url = "" }, client) => {
      asked.push(url);
      const server = connect(Number(new URL(`http://${url}`).port), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        client.pipe(server).pipe(client);
      });
      for (const end of [client, server]) end.on("error", () => server.destroy());
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    const { account, summary } = await runAccount(clusters());
    expect(summary.failures).toEqual([]);
    expect(remaining(account, "app")).toEqual(IN_USE);
    expect(new Set(asked)).toEqual(new Set([new URL(account.apiServers.endpoint).host]));
    const parts = clusters();
    const other = { ...parts.eksClusters?.["shop"], authority: certify().cert };
    const refused = await runAccount({ ...parts, eksClusters: { shop: other } });
    expect(refused.summary.failures[0]?.message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});

const faultAt = (action: string, fault: Fault): SimulatorOptions => ({
  faults: (called) => (called === action ? fault : undefined),
});
const error = (status: number, code: string): Fault => ({
  kind: "error",
  status,
  code,
  message: "no",
});

describe("a run deletes nothing, and says what to do,", () => {
  test.for<{
    name: string;
    options?: SimulatorOptions;
    change?: (account: Account) => unknown;
    message: RegExp;
  }>([
    {
      name: "if a cluster does not let the role in",
      options: faultAt("kubernetes:list cronjobs", error(401, "Unauthorized")),
      message: /Unauthorized.*aws eks create-access-entry --cluster-name shop.*AmazonEKSViewPolicy/,
    },
    {
      name: "if a cluster denies one kind",
      options: { isAllowed: (action) => action !== "kubernetes:list replicasets" },
      message: /Forbidden.*may not list replicasets.*AmazonEKSViewPolicy/,
    },
    {
      name: "if an API server cannot be reached",
      change: ({ eksClusters }) => reset(eksClusters, { endpoint: "https://localhost:1" }),
      message: /ECONNREFUSED.*CIDR blocks/,
    },
    {
      name: "if a private API server cannot be reached",
      change: ({ eksClusters }) =>
        reset(eksClusters, { endpoint: "https://localhost:1", isPrivate: true }),
      message: /ECONNREFUSED.*SubnetIds and SecurityGroupIds/,
    },
    {
      name: "if an API server has a certificate of another authority",
      change: ({ eksClusters }) => reset(eksClusters, { authority: certify().cert }),
      message: /SELF_SIGNED.*NO_PROXY/,
    },
    {
      name: "if an API server is not the one that its certificate is for",
      change: ({ eksClusters, apiServers }) =>
        reset(eksClusters, {
          endpoint: `${apiServers.endpoint.replace("localhost", "127.0.0.1")}/shop`,
        }),
      message: /ERR_TLS_CERT_ALTNAME_INVALID.*NO_PROXY/,
    },
    {
      name: "if the page tokens expire again and again",
      options: faultAt("kubernetes:list pods", error(410, "Expired")),
      message: /Expired/,
    },
    {
      name: "if an answer is cut again and again",
      options: faultAt("kubernetes:list deployments", { kind: "cut" }),
      message: /the answer is cut/,
    },
    {
      name: "if an answer lacks its list again and again",
      options: faultAt("kubernetes:list pods", { kind: "without", member: "items" }),
      message: /the answer is no PodList/,
    },
  ])("$name", async ({ options = {}, change, message }) => {
    const account = createAccount(clusters());
    await using simulator = await startSimulator(account, options);
    change?.(account);
    const summary = await clean(simulator);
    expect(remaining(account, "app")).toEqual(ALL);
    expect(summary.failures.map((failure) => failure.message)).toEqual([
      expect.stringMatching(message),
    ]);
    expect(summary.failures[0]?.message).toContain("leave it out: IN_USE_SOURCES=");
  });

  test("if the time is up while it reads a cluster", async () => {
    const account = createAccount(clusters());
    let remainingMs = 60_000;
    await using simulator = await startSimulator(account, {
      before: {
        "kubernetes:list deployments": () => {
          remainingMs = 30_000;
        },
      },
    });
    const context = { getRemainingTimeInMillis: () => remainingMs };
    await expect(invoke(simulator, {}, {}, context)).rejects.toThrow(
      "The time limit was reached before all evidence of use was read",
    );
    expect(remaining(account, "app")).toEqual(ALL);
    const lists = simulator.calls.filter(({ action }) => action.startsWith("kubernetes:"));
    expect(lists.map(({ action }) => action)).not.toContain("kubernetes:list pods");
  });
});

/** Gives the cluster `shop` other properties. */
function reset(eksClusters: Account["eksClusters"], properties: object): void {
  const shop = eksClusters.get("shop");
  if (shop !== undefined) eksClusters.set("shop", { ...shop, ...properties });
}
