import { describe, expect, test } from "vitest";

import { KINDS, nameOf, referencesOf } from "../../../../src/in-use/sources/eks/workloads.ts";
import { app, appByDigest } from "../../../accounts.ts";
import {
  controllerRevision,
  cronJob,
  pod,
  template,
  workload,
} from "../../../kubernetes-objects.ts";
import { digestOf } from "../../../simulator/account.ts";

const kindOf = (resource: string) => {
  const kind = KINDS.find((each) => each.resource === resource);
  if (kind === undefined) throw new Error(`There is no kind ${resource}`);
  return kind;
};

const OTHER = "docker.io/library/nginx:1";

describe("the references of an object", () => {
  test.for([
    { name: "a pod", resource: "pods", object: pod(app("v1")), expected: [app("v1")] },
    {
      name: "a pod's init and ephemeral containers",
      resource: "pods",
      object: template(OTHER, {
        initContainers: [{ image: app("v1") }],
        ephemeralContainers: [{ image: app("v2") }],
      }),
      expected: [OTHER, app("v1"), app("v2")],
    },
    {
      name: "a pod's image volume, beside other volumes",
      resource: "pods",
      object: template(OTHER, {
        volumes: [{ name: "tmp", emptyDir: {} }, { image: { reference: app("v1") } }],
      }),
      expected: [OTHER, app("v1")],
    },
    {
      name: "what a pod runs, as Docker names it",
      resource: "pods",
      object: pod(app("v1"), `docker-pullable://${appByDigest("old")}`),
      expected: [app("v1"), `docker-pullable://${appByDigest("old")}`, appByDigest("old")],
    },
    {
      name: "what a pod runs, as containerd names it",
      resource: "pods",
      object: pod(app("v1"), appByDigest("old")),
      expected: [app("v1"), appByDigest("old")],
    },
    {
      name: "what a pod runs, by the id of a configuration",
      resource: "pods",
      object: pod(app("v1"), digestOf("configuration")),
      expected: [app("v1"), digestOf("configuration")],
    },
    {
      name: "what the other containers of a pod run",
      resource: "pods",
      object: {
        ...template(OTHER),
        status: {
          initContainerStatuses: [{ imageID: appByDigest("one") }],
          ephemeralContainerStatuses: [{ image: app("v2"), imageID: "" }],
        },
      },
      expected: [OTHER, appByDigest("one"), app("v2"), ""],
    },
    {
      name: "a deployment",
      resource: "deployments",
      object: workload(app("v1"), { replicas: 0 }),
      expected: [app("v1")],
    },
    {
      name: "a cron job",
      resource: "cronjobs",
      object: cronJob(app("v1"), { suspend: true }),
      expected: [app("v1")],
    },
    {
      name: "a controller revision whose empty members are null",
      resource: "controllerrevisions",
      object: {
        data: {
          spec: {
            template: {
              spec: {
                containers: [{ image: app("v1") }, { image: null }],
                initContainers: null,
                ephemeralContainers: null,
                volumes: [{ image: null }, { image: { reference: null } }],
              },
            },
          },
        },
        status: { containerStatuses: null },
      },
      expected: [app("v1")],
    },
    {
      name: "a controller revision",
      resource: "controllerrevisions",
      object: controllerRevision(app("v1")),
      expected: [app("v1")],
    },
    {
      name: "a controller revision of something without pods",
      resource: "controllerrevisions",
      object: { data: { spec: { runner: app("v1") } } },
      expected: [app("v1")],
    },
    {
      name: "environment values and commands",
      resource: "deployments",
      object: {
        spec: {
          template: {
            spec: {
              containers: [
                { image: OTHER, args: [`--sidecar=${app("v1")}`], env: [{ value: app("v2") }] },
              ],
            },
          },
        },
      },
      expected: [OTHER, app("v1"), app("v2")],
    },
    {
      name: "annotations of the object and of its template",
      resource: "deployments",
      object: {
        metadata: { annotations: { image: app("v1") } },
        spec: {
          template: {
            metadata: { annotations: { "sidecar/image": app("v2") } },
            spec: { containers: [{ image: OTHER }] },
          },
        },
      },
      expected: [OTHER, app("v1"), app("v2")],
    },
    {
      name: "a container whose image something else fills in",
      resource: "deployments",
      object: { spec: { template: { spec: { containers: [{}] } } } },
      expected: [],
    },
  ])("include those of $name", ({ resource, object, expected }) => {
    expect([...(referencesOf(kindOf(resource), object) ?? [])]).toEqual(expected);
  });

  test.for(KINDS.filter(({ mayLackPods }) => mayLackPods === undefined))(
    "are not known for a $title without containers",
    (kind) => {
      expect(referencesOf(kind, {})).toBeUndefined();
      expect(referencesOf(kind, { spec: { template: { spec: {} } } })).toBeUndefined();
    },
  );
});

test("an object is named by its kind, its namespace and its name", () => {
  const metadata = { namespace: "shop", name: "db-1" };
  expect(nameOf(kindOf("controllerrevisions"), { metadata })).toBe("controller revision shop/db-1");
});

test("owners are read before what they own, and pods last", () => {
  const order = KINDS.map(({ resource }) => resource);
  const owners = [
    ["cronjobs", "jobs"],
    ["deployments", "replicasets"],
    ["statefulsets", "controllerrevisions"],
    ["daemonsets", "controllerrevisions"],
  ];
  for (const [owner = "", owned = ""] of owners) {
    expect(order.indexOf(owner)).toBeLessThan(order.indexOf(owned));
  }
  expect(order.at(-1)).toBe("pods");
});
