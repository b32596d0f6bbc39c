import fc from "fast-check";

import { HOME, OTHER_ACCOUNT, THIRD_ACCOUNT } from "./places.ts";
import { sometimes } from "./references.ts";

const LAMBDA = { Service: "lambda.amazonaws.com" };
const STRANGER = "444444444444";
const root = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });
const ofFunctionsIn = (id: string) => ({
  StringLike: { "aws:SourceArn": `arn:aws:lambda:eu-west-1:${id}:function:*` },
});
const ofOrganization = (id: string) => ({ StringEquals: { "aws:PrincipalOrgID": id } });

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const pull = (Principal: unknown, parts: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action: ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
  ...parts,
});

/** Policies of repositories: whom they let pull. */
const POLICIES = [
  policy({ Effect: "Allow", Principal: root(STRANGER), Action: "ecr:PutImage" }),
  policy({ Effect: "Deny", Principal: "*", Action: "ecr:*" }),
  policy(pull(root(HOME.id))),
  policy(pull(root(OTHER_ACCOUNT))),
  policy(pull({ AWS: [HOME.id, OTHER_ACCOUNT, THIRD_ACCOUNT] })),
  policy(pull(root(THIRD_ACCOUNT))),
  policy(pull(root(STRANGER))),
  policy(pull("*")),
  policy(pull({ AWS: "*" }, { Condition: ofOrganization("o-simulated0") })),
  policy(pull("*", { Condition: ofOrganization("o-another0000") })),
  policy(pull(LAMBDA, { Condition: ofFunctionsIn(STRANGER) })),
  policy(pull(LAMBDA, { Condition: ofFunctionsIn(OTHER_ACCOUNT) })),
  policy(pull(LAMBDA, { Condition: { StringEquals: { "aws:SourceAccount": HOME.id } } })),
  policy(pull(LAMBDA)),
  "not JSON",
];

/** Once in so many times a policy, else none. */
export const policies = (times: number) =>
  sometimes(undefined, fc.constantFrom(...POLICIES), times);

const inHome = (name: string) => ({
  Resource: `arn:aws:ecr:${HOME.region}:${HOME.id}:repository/${name}`,
});

/** Policies of home's registry, which name its repositories. */
export const registryPolicies = (times: number) =>
  sometimes(
    undefined,
    fc.constantFrom(
      policy(pull(root(OTHER_ACCOUNT), inHome("*"))),
      policy(pull(root(STRANGER), inHome("shop/*"))),
      policy({ ...pull(root(STRANGER), inHome("*")), Action: "ecr:ReplicateImage" }),
    ),
    times,
  );
