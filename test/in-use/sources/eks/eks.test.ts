import dns from "node:dns";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { app, appByDigest, numbered, recordOf } from "../../../accounts.ts";
import { certify } from "../../../aws/certificate.ts";
import { pod, workload } from "../../../kubernetes-objects.ts";
import type { Account, AccountParts } from "../../../simulator/account.ts";
import type { Fault } from "../../../simulator/faults.ts";
import type { SimulatorOptions } from "../../../simulator/simulator.ts";
import { readSource } from "../../read-source.ts";

type Clusters = NonNullable<AccountParts["eksClusters"]>;

const objects = {
  deployments: { "shop/web": workload(app("v1"), { replicas: 0 }) },
  pods: { "shop/web-1": pod(app("v2")) },
};

const read = async (eksClusters: Clusters, options: SimulatorOptions = {}) =>
  readSource("eks", { eksClusters }, options);

/** The message of a scan that fails. */
async function failure(eksClusters: Clusters, options: SimulatorOptions = {}): Promise<string> {
  return read(eksClusters, options).then(
    () => "",
    (error: Error) => error.message,
  );
}

/** A fault at some calls of an action. */
const faultAt = (action: string, fault: Fault, from = 0, to = Infinity): SimulatorOptions => ({
  faults: (called, _, nth) => (called === action && nth >= from && nth < to ? fault : undefined),
});

const error = (status: number, code: string): Fault => ({
  kind: "error",
  status,
  code,
  message: "as the server says",
});

test("names cluster, namespace, kind and name of what uses an image", async () => {
  const { placesOf, status } = await read({ main: { objects } });
  expect(status).toBe("complete");
  expect(placesOf("v1")).toEqual(["EKS cluster main, deployment shop/web"]);
  expect(placesOf("v2")).toEqual(["EKS cluster main, pod shop/web-1"]);
});

test.for([
  { form: "docker-pullable://…@sha256:…", imageID: `docker-pullable://${appByDigest("old")}` },
  { form: "…@sha256:…", imageID: appByDigest("old") },
])("reports the digest that a pod runs, as $form", async ({ imageID }) => {
  const { placesOf, placesOfDigest } = await read({
    main: { objects: { pods: { "shop/web": pod(app("v1"), imageID) } } },
  });
  expect(placesOf("v1")).toHaveLength(1);
  expect(placesOfDigest(appByDigest("old").split("@")[1] ?? "")).toHaveLength(1);
});

describe("a cluster", () => {
  test.for(["ACTIVE", "UPDATING", "FAILED", "CREATING", "DELETING", "PENDING", "SOMETHING_NEW"])(
    "with an API server is read in the status %s",
    async (status) => {
      const { used, blindSpots } = await read({ main: { status, objects } });
      expect(used).toEqual(["v1", "v2"]);
      expect(blindSpots).toEqual([]);
    },
  );

  test("that is a local one on an Outpost is read with tokens for its id", async () => {
    const { used } = await read({ main: { id: "0a1b2c3d-1111-2222-3333-444444444444", objects } });
    expect(used).toEqual(["v1", "v2"]);
  });

  test.for([
    { status: "CREATING", reason: "is being created and has no API server yet" },
    { status: "DELETING", reason: "is being deleted and has no API server any more" },
    { status: "FAILED", reason: "has failed and has no API server" },
    {
      status: "PENDING",
      reason: "is connected from outside EKS, and AWS offers no way to read such a cluster",
    },
  ])("that is $status without an API server is a warning", async ({ status, reason }) => {
    const { used, blindSpots, warnings } = await read({
      closed: { status, endpoint: null },
      main: { objects },
    });
    expect(used).toEqual(["v1", "v2"]);
    expect(blindSpots).toEqual([`EKS cluster closed ${reason}`]);
    expect(warnings).toHaveLength(1);
  });

  test("that is connected from outside is a warning", async () => {
    const { blindSpots } = await read({ edge: { isConnected: true } });
    expect(blindSpots).toEqual([
      "EKS cluster edge is connected from outside EKS, and AWS offers no way to read such a cluster",
    ]);
  });

  test.for(["ACTIVE", "UPDATING", "SOMETHING_NEW"])(
    "that is %s without an API server fails the scan",
    async (status) => {
      const message = await failure({ main: { status, endpoint: null } });
      expect(message).toContain("eks:DescribeCluster failed for EKS cluster main");
    },
  );

  test("whose endpoint is not HTTPS fails the scan", async () => {
    const message = await failure({ main: { endpoint: "http://localhost:1" } });
    expect(message).toContain("the endpoint http://localhost:1 is not HTTPS");
  });

  test("that is deleted while it is read does not fail the scan", async () => {
    const { used, blindSpots } = await read(
      { main: { objects }, other: { objects: { pods: { "shop/a": pod(app("v3")) } } } },
      {
        before: {
          "kubernetes:list pods": ({ eksClusters }: Account) => eksClusters.delete("main"),
        },
      },
    );
    expect(used).toEqual(expect.arrayContaining(["v1", "v3"]));
    expect(blindSpots).toEqual([
      "EKS cluster main is being deleted and could not be read to its end",
    ]);
  });

  test("that is being deleted and whose API server is gone is a warning", async () => {
    const { blindSpots } = await read({
      main: { status: "DELETING", endpoint: "https://localhost:1" },
    });
    expect(blindSpots).toEqual([
      "EKS cluster main is being deleted and could not be read to its end",
    ]);
  });
});

describe("a list", () => {
  const pods = recordOf(numbered("shop/web-", 1201), (name) =>
    pod(name === "shop/web-1200" ? app("v3") : app("v1")),
  );

  test("is read page by page, empty pages included", async () => {
    const { used, calls } = await read({ main: { objects: { pods }, hasEmptyPages: true } });
    expect(used).toEqual(["v1", "v3"]);
    expect(calls.filter(({ action }) => action === "kubernetes:list pods")).toHaveLength(5);
  });

  test("is begun again if the server has forgotten it", async () => {
    const expired = faultAt("kubernetes:list pods", error(410, "Expired"), 1, 2);
    const { used, calls } = await read({ main: { objects: { pods } } }, expired);
    expect(used).toEqual(["v1", "v3"]);
    const tokens = calls
      .filter(({ action }) => action === "kubernetes:list pods")
      .map(({ input }) => input["continue"] !== undefined);
    expect(tokens).toEqual([false, true, false, true, true]);
  });

  test("that the server forgets again and again fails the scan", async () => {
    const expired = faultAt("kubernetes:list pods", error(410, "Expired"));
    expect(await failure({ main: { objects } }, expired)).toContain(
      "kubernetes:list pods failed for EKS cluster main: Expired: as the server says (HTTP 410)",
    );
  });

  test("that ends before all its objects have come fails the scan", async () => {
    const text = await failure(
      { main: { objects } },
      {
        answers: {
          "kubernetes:list pods": () => ({
            kind: "PodList",
            metadata: { remainingItemCount: 700 },
            items: [],
          }),
        },
      },
    );
    expect(text).toContain("the answer lacks 700 objects of the list");
  });

  test("that never ends fails the scan", async () => {
    const endless = faultAt("kubernetes:list pods", { kind: "repeat-token" });
    expect(await failure({ main: { objects } }, endless)).toContain("so the list never ends");
  });

  test.for<{ name: string; fault: Fault }>([
    { name: "cut", fault: { kind: "cut" } },
    { name: "without a body", fault: { kind: "no-body" } },
    { name: "without its list", fault: { kind: "without", member: "items" } },
    { name: "of another kind", fault: { kind: "without", member: "kind" } },
    { name: "a page of a proxy", fault: { kind: "html", status: 200 } },
    { name: "interrupted", fault: { kind: "reset" } },
    { name: "that the server is busy", fault: { kind: "throttled" } },
    { name: "that the server is broken", fault: { kind: "unavailable" } },
    { name: "that it does not know the token", fault: error(401, "Unauthorized") },
  ])("is asked for again after an answer $name", async ({ fault }) => {
    const once = faultAt("kubernetes:list deployments", fault, 0, 1);
    const { used } = await read({ main: { objects } }, once);
    expect(used).toEqual(["v1", "v2"]);
  });

  test("is asked for again after its host name could not be looked up", async () => {
    const lookup = vi.spyOn(dns, "lookup");
    onTestFinished(() => {
      lookup.mockRestore();
    });
    const failOnce = (...args: readonly unknown[]) => {
      const answer = args.at(-1);
      const error = Object.assign(new Error("try again"), { code: "EAI_AGAIN" });
      if (typeof answer === "function") setImmediate(() => answer(error));
    };
    const { used } = await read(
      { main: { objects } },
      { before: { "eks:DescribeCluster": () => lookup.mockImplementationOnce(failOnce) } },
    );
    expect(used).toEqual(["v1", "v2"]);
    expect(lookup).toHaveBeenCalled();
  });

  test.for<{ name: string; fault: Fault; message: string }>([
    { name: "cut", fault: { kind: "cut" }, message: "the answer is cut or not from a Kubernetes" },
    {
      name: "without its list",
      fault: { kind: "without", member: "items" },
      message: 'the answer is no DeploymentList with "items"',
    },
    { name: "a redirect", fault: error(302, "Found"), message: "Found: as the server says" },
    {
      name: "a proxy's refusal",
      fault: { kind: "html", status: 403 },
      message: "NoAnswer: Forbidden, without a reason: does it come from a proxy? (HTTP 403)",
    },
    { name: "not found", fault: error(404, "NotFound"), message: "NotFound: as the server says" },
  ])("fails the scan if every answer is $name", async ({ fault, message }) => {
    const always = faultAt("kubernetes:list deployments", fault);
    const text = await failure({ main: { objects } }, always);
    expect(text).toContain("kubernetes:list deployments failed for EKS cluster main: ");
    expect(text).toContain(message);
  });

  test("with an object that lacks its containers fails the scan", async () => {
    const text = await failure({ main: { objects: { deployments: { "shop/web": {} } } } });
    expect(text).toContain("the answer lacks the containers of deployment shop/web");
  });
});

describe("the message about a cluster", () => {
  test("without an access entry has the commands that create it", async () => {
    const closed = faultAt("kubernetes:list cronjobs", error(401, "Unauthorized"));
    const text = await failure({ main: {} }, closed);
    expect(text).toContain(
      "kubernetes:list cronjobs failed for EKS cluster main: Unauthorized: as the server says (HTTP 401); " +
        "give the role of this program (in another account, its evidence role) access to the cluster: " +
        "aws eks create-access-entry --cluster-name main --principal-arn ROLE_ARN --region eu-west-1 && " +
        "aws eks associate-access-policy --cluster-name main --principal-arn ROLE_ARN " +
        "--policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy " +
        "--access-scope type=cluster --region eu-west-1 (see docs/eks.md)",
    );
  });

  test("without access entries at all also has the command that allows them", async () => {
    const closed = faultAt("kubernetes:list cronjobs", error(401, "Unauthorized"));
    expect(await failure({ main: { authenticationMode: "CONFIG_MAP" } }, closed)).toContain(
      "aws eks update-cluster-config --name main --access-config authenticationMode=API_AND_CONFIG_MAP",
    );
  });

  test("that denies some kinds names all of them, and the policy", async () => {
    const text = await failure(
      { main: { objects } },
      { isAllowed: (action) => !/list (?:pods|jobs)$/.test(action) },
    );
    expect(text).toContain("kubernetes:list jobs failed for EKS cluster main: Forbidden: ");
    expect(text).toContain("may not list jobs, pods in the cluster");
    expect(text).toContain("aws eks associate-access-policy --cluster-name main");
  });

  test("with a public endpoint that cannot be reached names the CIDR blocks", async () => {
    const text = await failure({ main: { endpoint: "https://localhost:1" } });
    expect(text).toContain("ECONNREFUSED");
    expect(text).toContain("the CIDR blocks for public access to the cluster");
  });

  test("with a private endpoint that cannot be reached names the settings for a VPC", async () => {
    const text = await failure({ main: { endpoint: "https://localhost:1", isPrivate: true } });
    expect(text).toContain("with SubnetIds and SecurityGroupIds of the template");
  });

  test("whose server has a certificate of another authority names the proxy", async () => {
    const text = await failure({ main: { authority: certify().cert } });
    expect(text).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(text).toContain("add localhost to NO_PROXY");
  });

  test("stands beside those about all other clusters", async () => {
    const text = await failure({
      one: { endpoint: "https://localhost:1" },
      main: { objects },
      two: { authority: certify().cert },
    });
    expect(text).toContain("failed for EKS cluster one: ECONNREFUSED");
    expect(text).toContain("failed for EKS cluster two: DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});
