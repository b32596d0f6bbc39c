import { describe, expect, test } from "vitest";

import {
  app,
  appByDigest,
  askedToDelete,
  copiesOf,
  digestsIn,
  serviceUsing,
  signatureOf,
  untagged,
} from "../accounts.ts";
import { runAccount } from "../make-run.ts";
import {
  type AccountParts,
  REGISTRY,
  type SimulatedImage,
  digestOf,
  enabled,
  image,
  old,
  tagAbout,
} from "../simulator/account.ts";

/*
 * Accounts in which other cleaners deleted an image in use or left an unused one. After a real run, the repository `app`
 * has exactly the images named in `kept`. The run never asks ECR to delete one of these.
 */
interface Hazard extends Omit<AccountParts, "repositories"> {
  readonly name: string;
  readonly images: readonly SimulatedImage[];
  /** Names of the images that the run must keep. */
  readonly kept: readonly string[];
}

/** The index `multi` lists the untagged images `arm` and `amd`. */
const arm = untagged("arm");
const amd = untagged("amd");
const multi = old("multi", { children: [arm, amd] });

const HAZARDS: readonly Hazard[] = [
  {
    name: "a tag that moved while a task runs its old image",
    images: [untagged("before"), old("after", { tags: "live" }), old("unused")],
    ...serviceUsing(app("live")),
    tasks: {
      main: [
        {
          group: "service:web",
          taskDefinition: "web:1",
          containers: [{ image: app("live"), digest: digestOf("before") }],
        },
      ],
    },
    kept: ["before", "after"],
  },
  {
    name: "a tag that moved while its service runs no task and a service revision pins the old image",
    images: [untagged("before"), old("after", { tags: "live" }), old("unused")],
    clusters: {
      main: {
        web: {
          taskDefinition: "web:1",
          revisions: [[{ image: app("live"), digest: digestOf("before") }]],
        },
      },
    },
    taskDefinitions: { "web:1": [app("live")] },
    kept: ["before", "after"],
  },
  {
    name: "the previous image of a service during a deployment",
    images: [old("v1"), old("v2"), old("v3")],
    clusters: { main: { web: { taskDefinition: "web:3", deployments: ["web:3", "web:2"] } } },
    taskDefinitions: { "web:2": [app("v2")], "web:3": [app("v3")] },
    kept: ["v2", "v3"],
  },
  {
    name: "task sets of services without a task definition (CodeDeploy and external controllers)",
    images: [old("blue"), old("green"), old("unused")],
    clusters: { main: { web: { taskSets: ["web:1", "web:2"] }, bare: {} } },
    taskDefinitions: { "web:1": [app("blue")], "web:2": [app("green")] },
    kept: ["blue", "green"],
  },
  {
    name: "a task that belongs to no service",
    images: [old("v1"), old("v2")],
    tasks: { batch: [{ group: "family:job", containers: [{ image: app("v1") }] }] },
    kept: ["v1"],
  },
  {
    name: "a pending task without images and digests",
    images: [old("v1"), old("v2")],
    tasks: { batch: [{ taskDefinition: "job:1", containers: [] }] },
    taskDefinitions: { "job:1": [app("v1")] },
    kept: ["v1"],
  },
  {
    name: "a sidecar, the second of three containers",
    images: [old("v1"), old("v2")],
    ...serviceUsing("nginx", app("v1"), "public.ecr.aws/xray/daemon"),
    kept: ["v1"],
  },
  {
    name: "a published version of a function",
    images: [old("v1"), old("v2"), old("v3")],
    functions: { mailer: { $LATEST: app("v3"), "7": app("v1") } },
    kept: ["v1", "v3"],
  },
  {
    name: "the digest that Lambda resolved before a tag moved",
    images: [untagged("before"), old("after", { tags: "live" }), old("unused")],
    functions: { mailer: { $LATEST: { image: app("live"), resolved: appByDigest("before") } } },
    kept: ["before", "after"],
  },
  {
    name: "a paused and a failed App Runner service",
    images: [old("v1"), old("v2"), old("v3")],
    appRunnerServices: {
      paused: { status: "PAUSED", image: app("v1") },
      failed: { status: "DELETE_FAILED", image: app("v2") },
      deleted: { status: "DELETED", image: app("v3") },
    },
    kept: ["v1", "v2"],
  },
  {
    name: "a reference without a tag",
    images: [old("latest"), old("v1")],
    ...serviceUsing(`${REGISTRY}/app`),
    kept: ["latest"],
  },
  {
    name: "a reference by tag and digest after its tag moved",
    images: [untagged("pinned"), old("moved", { tags: "v1" }), old("unused")],
    ...serviceUsing(`${app("v1")}@${digestOf("pinned")}`),
    kept: ["pinned", "moved"],
  },
  {
    name: "FIPS and dual-stack host names of the registry",
    images: [old("v1"), old("v2"), old("v3"), old("v4")],
    ...serviceUsing(
      "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/app:v1",
      "123456789012.dkr-ecr.eu-west-1.on.aws/app:v2",
      "123456789012.dkr-ecr-fips.eu-west-1.on.aws/app:v3",
    ),
    kept: ["v1", "v2", "v3"],
  },
  {
    name: "an image with three tags if a service uses one of them",
    images: [old("v1", { tags: "v1 stable 2026-01" }), old("v2", { tags: "v2 other" })],
    ...serviceUsing(app("stable")),
    kept: ["v1"],
  },
  {
    name: "an index in use by its tag",
    images: [arm, amd, multi, old("unused")],
    ...serviceUsing(app("multi")),
    kept: ["arm", "amd", "multi"],
  },
  { name: "an index that nothing uses", images: [arm, amd, multi], kept: [] },
  {
    name: "an index within an index in use",
    images: [arm, amd, multi, old("outer", { children: [multi] }), old("unused")],
    ...serviceUsing(app("outer")),
    kept: ["arm", "amd", "multi", "outer"],
  },
  {
    name: "a tagged index within a tagged index that nothing uses",
    images: [arm, amd, multi, old("outer", { children: [multi] })],
    kept: [],
  },
  {
    name: "an index if a task runs its child by digest",
    images: [arm, amd, multi, old("unused")],
    tasks: { main: [{ containers: [{ image: app("gone"), digest: digestOf("arm") }] }] },
    kept: ["arm", "amd", "multi"],
  },
  {
    name: "a child of two indexes if one of them is in use",
    images: [arm, amd, multi, old("half", { children: [amd, untagged("s390")] }), untagged("s390")],
    ...serviceUsing(app("multi")),
    kept: ["arm", "amd", "multi"],
  },
  {
    name: "a young index of old children",
    images: [arm, amd, image("young", { children: [arm, amd] }), old("unused")],
    kept: ["arm", "amd", "young"],
  },
  {
    name: "the cosign signature, attestation and SBOM of an image in use",
    images: [
      old("v1"),
      ...["sig", "att", "sbom"].map((suffix) => old(suffix, { tags: tagAbout(old("v1"), suffix) })),
      old("v2"),
      old("signature of v2", { tags: tagAbout(old("v2"), "sig") }),
    ],
    ...serviceUsing(app("v1")),
    kept: ["v1", "sig", "att", "sbom"],
  },
  {
    name: "an OCI referrer of an image in use, and a referrer of that referrer",
    images: [
      old("v1"),
      old("sbom", { tags: "", subject: old("v1") }),
      old("signature", { tags: "", subject: old("sbom") }),
      old("v2"),
      old("sbom of v2", { tags: "", subject: old("v2") }),
    ],
    ...serviceUsing(app("v1")),
    kept: ["v1", "sbom", "signature"],
  },
  {
    name: "an index with the referrers fallback tag of an image in use",
    images: [
      old("v1"),
      untagged("sbom"),
      old("fallback", { tags: tagAbout(old("v1")), children: [untagged("sbom")] }),
      old("v2"),
    ],
    ...serviceUsing(app("v1")),
    kept: ["v1", "sbom", "fallback"],
  },
  {
    name: "the signature of a child of an index in use",
    images: [arm, amd, multi, signatureOf(arm), old("unused")],
    ...serviceUsing(app("multi")),
    kept: ["arm", "amd", "multi", "sig"],
  },
  {
    name: "the children, signatures and referrers of an index that nothing uses",
    images: [
      old("attestation", { tags: "", subject: old("sbom") }),
      old("sbom", { tags: "", subject: arm }),
      signatureOf(multi),
      old("fallback", { tags: tagAbout(arm), children: [old("sbom"), untagged("signature")] }),
      untagged("signature"),
      arm,
      amd,
      multi,
    ],
    kept: [],
  },
  {
    name: "an index that refers to an image and lists an image that no other index lists",
    images: [
      untagged("layer"),
      old("v1"),
      old("artifact", { tags: "", subject: old("v1"), children: [untagged("layer")] }),
    ],
    kept: [],
  },
  {
    name: "an archived image and its signature",
    images: [old("frozen", { isArchived: true }), signatureOf(old("frozen")), old("v1")],
    kept: ["frozen", "sig"],
  },
  {
    name: "an image without a push date",
    images: [old("dated"), image("undated", { ageDays: null })],
    kept: ["undated"],
  },
];

describe("a real run handles", () => {
  test.for(HAZARDS)("$name", async ({ images, kept, ...parts }) => {
    const { account, simulator, exitCode, summary } = await runAccount({
      ...parts,
      repositories: { app: enabled(copiesOf(images)) },
    });

    const left = digestsIn(account, "app");
    const names = new Map(images.map(({ digest }, i) => [digest, i]));
    const order = (digests: string[]) =>
      digests.toSorted((a, b) => (names.get(a) ?? 0) - (names.get(b) ?? 0));
    expect(order(left)).toEqual(order(kept.map(digestOf)));
    expect(askedToDelete(simulator).filter((digest) => left.includes(digest))).toEqual([]);

    expect(exitCode).toBe(0);
    expect(summary.images).toMatchObject({
      total: images.length,
      unused: images.length - kept.length,
      deleted: images.length - kept.length,
      refused: 0,
      failed: 0,
    });
  });
});
