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
 * What has gone wrong with other cleaners, one account each: the images of the repository `app`, whatever uses them,
 * and what must be left after a real run. Everything else must be gone, and nothing that stays may even be asked for.
 */
interface Hazard extends Omit<AccountParts, "repositories"> {
  readonly name: string;
  readonly images: readonly SimulatedImage[];
  /** Names of images. */
  readonly stay: readonly string[];
}

/** An index `multi` of `arm` and `amd`, which have no tags of their own. */
const arm = untagged("arm");
const amd = untagged("amd");
const multi = old("multi", { children: [arm, amd] });

const HAZARDS: readonly Hazard[] = [
  {
    name: "a tag that moved while a task of its old image runs",
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
    stay: ["before", "after"],
  },
  {
    name: "a tag that moved while its service is scaled to none and only a revision pins the old image",
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
    stay: ["before", "after"],
  },
  {
    name: "the image to roll back to while a deployment is under way",
    images: [old("v1"), old("v2"), old("v3")],
    clusters: { main: { web: { taskDefinition: "web:3", deployments: ["web:3", "web:2"] } } },
    taskDefinitions: { "web:2": [app("v2")], "web:3": [app("v3")] },
    stay: ["v2", "v3"],
  },
  {
    name: "task sets of services without a task definition (CodeDeploy and external controllers)",
    images: [old("blue"), old("green"), old("unused")],
    clusters: { main: { web: { taskSets: ["web:1", "web:2"] }, bare: {} } },
    taskDefinitions: { "web:1": [app("blue")], "web:2": [app("green")] },
    stay: ["blue", "green"],
  },
  {
    name: "a task outside of any service",
    images: [old("v1"), old("v2")],
    tasks: { batch: [{ group: "family:job", containers: [{ image: app("v1") }] }] },
    stay: ["v1"],
  },
  {
    name: "a pending task, whose digest is not known yet",
    images: [old("v1"), old("v2")],
    tasks: { batch: [{ taskDefinition: "job:1", containers: [] }] },
    taskDefinitions: { "job:1": [app("v1")] },
    stay: ["v1"],
  },
  {
    name: "a sidecar, the second of three containers",
    images: [old("v1"), old("v2")],
    ...serviceUsing("nginx", app("v1"), "public.ecr.aws/xray/daemon"),
    stay: ["v1"],
  },
  {
    name: "a published version of a function",
    images: [old("v1"), old("v2"), old("v3")],
    functions: { mailer: { $LATEST: app("v3"), "7": app("v1") } },
    stay: ["v1", "v3"],
  },
  {
    name: "the digest that a function was resolved to before its tag moved",
    images: [untagged("before"), old("after", { tags: "live" }), old("unused")],
    functions: { mailer: { $LATEST: { image: app("live"), resolved: appByDigest("before") } } },
    stay: ["before", "after"],
  },
  {
    name: "a paused App Runner service, and one that failed",
    images: [old("v1"), old("v2"), old("v3")],
    appRunnerServices: {
      paused: { status: "PAUSED", image: app("v1") },
      failed: { status: "DELETE_FAILED", image: app("v2") },
      deleted: { status: "DELETED", image: app("v3") },
    },
    stay: ["v1", "v2"],
  },
  {
    name: "a reference without a tag, which means latest",
    images: [old("latest"), old("v1")],
    ...serviceUsing(`${REGISTRY}/app`),
    stay: ["latest"],
  },
  {
    name: "a reference by tag and digest, whose tag moved",
    images: [untagged("pinned"), old("moved", { tags: "v1" }), old("unused")],
    ...serviceUsing(`${app("v1")}@${digestOf("pinned")}`),
    stay: ["pinned", "moved"],
  },
  {
    name: "FIPS and dual-stack names of the registry",
    images: [old("v1"), old("v2"), old("v3"), old("v4")],
    ...serviceUsing(
      "123456789012.dkr.ecr-fips.eu-west-1.amazonaws.com/app:v1",
      "123456789012.dkr-ecr.eu-west-1.on.aws/app:v2",
      "123456789012.dkr-ecr-fips.eu-west-1.on.aws/app:v3",
    ),
    stay: ["v1", "v2", "v3"],
  },
  {
    name: "an image with three tags of which one is used",
    images: [old("v1", { tags: "v1 stable 2026-01" }), old("v2", { tags: "v2 other" })],
    ...serviceUsing(app("stable")),
    stay: ["v1"],
  },
  {
    name: "an index in use by its tag",
    images: [arm, amd, multi, old("unused")],
    ...serviceUsing(app("multi")),
    stay: ["arm", "amd", "multi"],
  },
  { name: "an index that nothing uses", images: [arm, amd, multi], stay: [] },
  {
    name: "an index within an index in use",
    images: [arm, amd, multi, old("outer", { children: [multi] }), old("unused")],
    ...serviceUsing(app("outer")),
    stay: ["arm", "amd", "multi", "outer"],
  },
  {
    name: "an index within an index that nothing uses, both tagged",
    images: [arm, amd, multi, old("outer", { children: [multi] })],
    stay: [],
  },
  {
    name: "an index whose child runs by its digest",
    images: [arm, amd, multi, old("unused")],
    tasks: { main: [{ containers: [{ image: app("gone"), digest: digestOf("arm") }] }] },
    stay: ["arm", "amd", "multi"],
  },
  {
    name: "two indexes that share a child, one of them in use",
    images: [arm, amd, multi, old("half", { children: [amd, untagged("s390")] }), untagged("s390")],
    ...serviceUsing(app("multi")),
    stay: ["arm", "amd", "multi"],
  },
  {
    name: "a young index over old children",
    images: [arm, amd, image("young", { children: [arm, amd] }), old("unused")],
    stay: ["arm", "amd", "young"],
  },
  {
    name: "cosign signature, attestation and SBOM of an image in use",
    images: [
      old("v1"),
      ...["sig", "att", "sbom"].map((suffix) => old(suffix, { tags: tagAbout(old("v1"), suffix) })),
      old("v2"),
      old("signature of v2", { tags: tagAbout(old("v2"), "sig") }),
    ],
    ...serviceUsing(app("v1")),
    stay: ["v1", "sig", "att", "sbom"],
  },
  {
    name: "an OCI referrer of an image in use, and a referrer of that",
    images: [
      old("v1"),
      old("sbom", { tags: "", subject: old("v1") }),
      old("signature", { tags: "", subject: old("sbom") }),
      old("v2"),
      old("sbom of v2", { tags: "", subject: old("v2") }),
    ],
    ...serviceUsing(app("v1")),
    stay: ["v1", "sbom", "signature"],
  },
  {
    name: "the referrers fallback tag, an index, of an image in use",
    images: [
      old("v1"),
      untagged("sbom"),
      old("fallback", { tags: tagAbout(old("v1")), children: [untagged("sbom")] }),
      old("v2"),
    ],
    ...serviceUsing(app("v1")),
    stay: ["v1", "sbom", "fallback"],
  },
  {
    name: "the signature of a child of an index in use",
    images: [arm, amd, multi, signatureOf(arm), old("unused")],
    ...serviceUsing(app("multi")),
    stay: ["arm", "amd", "multi", "sig"],
  },
  {
    name: "everything around an index that nothing uses: children, signatures, referrers of referrers",
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
    stay: [],
  },
  {
    name: "an index about an image, over something that nothing else holds",
    images: [
      untagged("layer"),
      old("v1"),
      old("artifact", { tags: "", subject: old("v1"), children: [untagged("layer")] }),
    ],
    stay: [],
  },
  {
    name: "the signature of an archived image, and the archived image itself",
    images: [old("frozen", { isArchived: true }), signatureOf(old("frozen")), old("v1")],
    stay: ["frozen", "sig"],
  },
  {
    name: "images without a push date",
    images: [old("dated"), image("undated", { ageDays: null })],
    stay: ["undated"],
  },
];

describe("a real run survives", () => {
  test.for(HAZARDS)("$name", async ({ images, stay, ...parts }) => {
    const { account, simulator, exitCode, summary } = await runAccount({
      ...parts,
      repositories: { app: enabled(copiesOf(images)) },
    });

    const left = digestsIn(account, "app");
    const names = new Map(images.map(({ digest }, i) => [digest, i]));
    const order = (digests: string[]) =>
      digests.toSorted((a, b) => (names.get(a) ?? 0) - (names.get(b) ?? 0));
    expect(order(left)).toEqual(order(stay.map(digestOf)));
    expect(askedToDelete(simulator).filter((digest) => left.includes(digest))).toEqual([]);

    expect(exitCode).toBe(0);
    expect(summary.images).toMatchObject({
      total: images.length,
      unused: images.length - stay.length,
      deleted: images.length - stay.length,
      refused: 0,
      failed: 0,
    });
  });
});
