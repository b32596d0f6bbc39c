import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type Puller, sayWhoMayPull } from "../../src/registry/puller.ts";
import { unseenPullers } from "../../src/registry/pullers.ts";
import { inputs, takeYourTime } from "../random-inputs.ts";
import { type PullRequest, allows } from "./policy-oracle.ts";

takeYourTime();

const REPOSITORY = "arn:aws:ecr:eu-west-1:111111111111:repository/shop/api";
const KNOWN = {
  accounts: new Set(["111111111111", "222222222222"]),
  organization: "o-known12345",
};

const PULL = { Effect: "Allow", Action: "ecr:BatchGetImage" };
const STRANGER = { AWS: "444444444444" };
const LAMBDA = { Service: "lambda.amazonaws.com" };
const EVERYBODY: Puller[] = [{ kind: "everybody" }];
const BY_LAMBDA: Puller[] = [{ kind: "service", name: "lambda.amazonaws.com" }];

const accounts = (...ids: string[]): Puller[] => ids.map((id) => ({ kind: "account", id }));
const organization = (id: string): Puller[] => [{ kind: "organization", id }];
const unknown = (what: string): Puller[] => [{ kind: "unknown", what }];

const unseenIn = (policy: unknown, known = KNOWN) =>
  unseenPullers(JSON.stringify(policy), REPOSITORY, known);
const unseenBy = (...statements: object[]) =>
  unseenIn({ Version: "2012-10-17", Statement: statements });

describe("by its principal", () => {
  test.for<{ name: string; principal: unknown; unseen: Puller[] }>([
    { name: "an account that is read is known", principal: { AWS: "222222222222" }, unseen: [] },
    {
      name: "another account is unseen",
      principal: STRANGER,
      unseen: accounts("444444444444"),
    },
    ...["root", "role/deployer", "role/path/deployer", "user/jane"].map((suffix) => ({
      name: `${suffix} of another account is its account`,
      principal: { AWS: `arn:aws:iam::444444444444:${suffix}` },
      unseen: accounts("444444444444"),
    })),
    ...["assumed-role/deployer/session", "federated-user/jane"].map((suffix) => ({
      name: `${suffix} of another account is its account`,
      principal: { AWS: `arn:aws-us-gov:sts::444444444444:${suffix}` },
      unseen: accounts("444444444444"),
    })),
    {
      name: "a role of an account that is read is known",
      principal: { AWS: "arn:aws-cn:iam::222222222222:role/deployer" },
      unseen: [],
    },
    {
      name: "all of several principals count",
      principal: {
        AWS: ["555555555555", "222222222222", "444444444444", "arn:aws:iam::444444444444:root"],
        Service: "lambda.amazonaws.com",
      },
      unseen: [...BY_LAMBDA, ...accounts("444444444444", "555555555555")],
    },
    { name: "the text * is everybody", principal: "*", unseen: EVERYBODY },
    { name: "an AWS principal * is everybody", principal: { AWS: "*" }, unseen: EVERYBODY },
    {
      name: "a list with * is everybody",
      principal: { AWS: ["222222222222", "*"] },
      unseen: EVERYBODY,
    },
    { name: "a service acts for every account", principal: LAMBDA, unseen: BY_LAMBDA },
    {
      name: "a federated principal is not understood",
      principal: { Federated: "cognito-identity.amazonaws.com" },
      unseen: unknown('the principal "Federated": "cognito-identity.amazonaws.com"'),
    },
    {
      name: "a canonical user is not understood",
      principal: { CanonicalUser: "79a59df900b949e5" },
      unseen: unknown('the principal "CanonicalUser": "79a59df900b949e5"'),
    },
    {
      name: "the id of a deleted role is not understood, and the account beside it counts",
      principal: { AWS: ["AROAEXAMPLEID", "444444444444"] },
      unseen: [...unknown('the principal "AWS": "AROAEXAMPLEID"'), ...accounts("444444444444")],
    },
    ...[
      "22222222222",
      "2222222222222",
      "222222222222\n",
      "arn:aws:iam::222222222222:*",
      "arn:aws:iam::222222222222:rooted",
      "arn:aws:iam::222222222222:group/admins",
      "arn:aws:iam::*:root",
      "arn:*:iam::222222222222:root",
      "",
    ].map((text) => ({
      name: `${JSON.stringify(text)} is not understood`,
      principal: { AWS: text },
      unseen: unknown(`the principal "AWS": ${JSON.stringify(text)}`),
    })),
    {
      name: "every service is not understood",
      principal: { Service: "*" },
      unseen: unknown('the principal "Service": "*"'),
    },
    {
      name: "a missing principal is not understood",
      principal: undefined,
      unseen: unknown('"Principal" is missing'),
    },
    {
      name: "a text other than * is not understood",
      principal: "222222222222",
      unseen: unknown('"Principal" is "222222222222"'),
    },
    {
      name: "a list is not understood",
      principal: ["*"],
      unseen: unknown('"Principal" is a list'),
    },
    {
      name: "no principal is not understood",
      principal: {},
      unseen: unknown('"Principal" is empty'),
    },
    {
      name: "an empty list of accounts is not understood",
      principal: { AWS: [] },
      unseen: unknown('the principal "AWS" is empty'),
    },
    {
      name: "a number is not understood",
      principal: { AWS: [222222222222] },
      unseen: unknown('the principal "AWS" is 222222222222'),
    },
  ])("$name", ({ principal, unseen }) => {
    expect(unseenBy({ ...PULL, Principal: principal })).toEqual(unseen);
  });

  test("everybody but a few is everybody", () => {
    expect(unseenBy({ ...PULL, NotPrincipal: STRANGER })).toEqual(EVERYBODY);
  });
});

describe("by its effect and actions", () => {
  const stranger = accounts("444444444444");
  const pushes = ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart"];
  test.for<{ name: string; statement: object; unseen: Puller[] }>([
    ...[
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ECR:batchgetIMAGE",
      "*",
      "*:*",
      "ecr:*",
      "ecr:Get*",
      "ecr:Batch*",
      "ecr:BatchGetImag?",
      "ecr:*Layer",
      ["ecr:PutImage", "ecr:BatchGetImage"],
    ].map((action) => ({
      name: `${JSON.stringify(action)} lets pull`,
      statement: { Effect: "Allow", Action: action },
      unseen: stranger,
    })),
    ...[
      pushes,
      "ecr:Describe*",
      ["ecr:BatchCheckLayerAvailability", "ecr:ListImages"],
      "ecr:BatchGet",
      "ecr:BatchGetImage?",
      "s3:*",
      "",
    ].map((action) => ({
      name: `${JSON.stringify(action)} does not let pull`,
      statement: { Effect: "Allow", Action: action },
      unseen: [],
    })),
    ...[pushes, "ecr:BatchGetImage", "ecr:GetDownloadUrl*", "s3:*"].map((action) => ({
      name: `all but ${JSON.stringify(action)} lets pull`,
      statement: { Effect: "Allow", NotAction: action },
      unseen: stranger,
    })),
    ...["*", "ecr:*", ["ecr:BatchGetImage", "ecr:getdownloadurl*"]].map((action) => ({
      name: `all but ${JSON.stringify(action)} does not let pull`,
      statement: { Effect: "Allow", NotAction: action },
      unseen: [],
    })),
    {
      name: "a denial lets nobody pull",
      statement: { Effect: "Deny", Action: "ecr:*" },
      unseen: [],
    },
    {
      name: "an effect in lower case is not understood",
      statement: { Effect: "allow", Action: "ecr:*" },
      unseen: unknown('"Effect" is "allow"'),
    },
    {
      name: "a missing effect is not understood",
      statement: { Action: "ecr:*" },
      unseen: unknown('"Effect" is missing'),
    },
    {
      name: "a missing action is not understood",
      statement: { Effect: "Allow" },
      unseen: unknown('"Action" is missing'),
    },
    {
      name: "an empty list of actions is not understood",
      statement: { Effect: "Allow", Action: [] },
      unseen: unknown('"Action" is empty'),
    },
    {
      name: "an action that is no text is not understood",
      statement: { Effect: "Allow", Action: ["ecr:PutImage", null] },
      unseen: unknown('"Action" is null'),
    },
    {
      name: "an action and its opposite are not understood",
      statement: { Effect: "Allow", Action: "ecr:PutImage", NotAction: "ecr:*" },
      unseen: unknown('a statement has both "Action" and "NotAction"'),
    },
    {
      name: "an unknown element is not understood, and its name is quoted in part",
      statement: { Effect: "Allow", Action: "ecr:PutImage", ["x".repeat(100)]: "ecr:*" },
      unseen: unknown(`a statement has the element "${"x".repeat(60)}…"`),
    },
  ])("$name", ({ statement, unseen }) => {
    expect(unseenBy({ ...statement, Principal: STRANGER })).toEqual(unseen);
  });
});

describe("by its resources", () => {
  test.for([
    REPOSITORY,
    "*",
    "arn:aws:ecr:eu-west-1:111111111111:repository/*",
    "arn:aws:ecr:*:111111111111:repository/shop/a?i",
    "arn:aws:ecr:*:repository/shop/*",
    "arn:aws:ecr:eu-west-1",
    "arn:aws:ecr:eu-west-1:111111111111:repository/${aws:PrincipalTag/team}/api",
    ["arn:aws:ecr:eu-west-1:111111111111:repository/other", REPOSITORY],
  ])("%j concerns the repository", (Resource) => {
    expect(unseenBy({ ...PULL, Principal: STRANGER, Resource })).toEqual(accounts("444444444444"));
  });

  test.for([
    "arn:aws:ecr:eu-west-1:111111111111:repository/shop",
    "arn:aws:ecr:eu-west-1:111111111111:repository/shop/api/*",
    "arn:aws:ecr:eu-west-1:111111111111:repository/public-*",
    "arn:aws:ecr:us-east-1:111111111111:repository/*",
    ["arn:aws:ecr:eu-west-1:111111111111:repository/a", "arn:aws:s3:::shop/*"],
  ])("%j does not concern the repository", (Resource) => {
    expect(unseenBy({ ...PULL, Principal: STRANGER, Resource })).toEqual([]);
  });

  test.for([
    REPOSITORY,
    "*",
    "arn:aws:ecr:*:111111111111:repository/shop/*",
    ["arn:aws:s3:::shop/*", REPOSITORY],
  ])("all but %j does not concern the repository", (NotResource) => {
    expect(unseenBy({ ...PULL, Principal: STRANGER, NotResource })).toEqual([]);
  });

  test.for([
    "arn:aws:ecr:eu-west-1:111111111111:repository/shop",
    "arn:aws:ecr:eu-west-1:111111111111:repository/SHOP/*",
    "arn:*:repository/shop/api",
    `${REPOSITORY}:v1`,
    "arn:aws:ecr:eu-west-1:111111111111:repository/${aws:PrincipalTag/team}/api",
  ])("all but %j concerns the repository", (NotResource) => {
    expect(unseenBy({ ...PULL, Principal: STRANGER, NotResource })).toEqual(
      accounts("444444444444"),
    );
  });

  test.for([
    { elements: { Resource: [] }, what: '"Resource" is empty' },
    { elements: { Resource: {} }, what: '"Resource" is an object' },
    { elements: { NotResource: [] }, what: '"NotResource" is empty' },
  ])("$elements is not understood", ({ elements, what }) => {
    expect(unseenBy({ ...PULL, Principal: STRANGER, ...elements })).toEqual(unknown(what));
  });
});

describe("a condition", () => {
  const cases = (
    verb: string,
    unseen: Puller[],
    principal: unknown,
    conditions: Readonly<Record<string, object>>[],
  ) =>
    conditions.map((condition) => ({
      name: `${JSON.stringify(principal)} ${verb} ${JSON.stringify(condition)}`,
      principal,
      condition,
      unseen,
    }));

  test.for<{ name: string; principal: unknown; condition: unknown; unseen: Puller[] }>([
    ...cases("is known by", [], "*", [
      { StringEquals: { "aws:PrincipalOrgID": "o-known12345" } },
      { StringEquals: { "AWS:principalorgid": ["o-known12345"] } },
      { StringEqualsIgnoreCase: { "aws:PrincipalOrgID": "o-known12345" } },
      { StringLike: { "aws:PrincipalOrgID": "o-known12345" } },
      { "ForAnyValue:StringEquals": { "aws:PrincipalOrgID": "o-known12345" } },
      { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-known12345/r-ab12/ou-ab12-*/*" } },
      { StringEquals: { "aws:PrincipalAccount": ["111111111111", "222222222222"] } },
      { StringLike: { "aws:PrincipalArn": "arn:aws:iam::222222222222:role/*" } },
      { ArnLike: { "aws:PrincipalArn": "arn:*:iam::222222222222:role/*" } },
      { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::222222222222:user/jane" } },
      {
        StringEquals: { "aws:PrincipalAccount": "222222222222", "aws:PrincipalTag/team": "shop" },
        Bool: { "aws:SecureTransport": "true" },
      },
      {
        StringEquals: { "aws:PrincipalOrgID": "o-other12345" },
        StringLike: { "aws:PrincipalAccount": "222222222222" },
      },
    ]),
    ...cases("is known by", [], STRANGER, [
      { StringEquals: { "aws:PrincipalOrgID": "o-known12345" } },
    ]),
    ...cases("is known by", [], LAMBDA, [
      { StringEquals: { "aws:SourceAccount": "222222222222" } },
      { StringEquals: { "aws:SourceOrgID": "o-known12345" } },
      { StringLike: { "aws:sourceArn": "arn:aws:lambda:us-east-1:222222222222:function:*" } },
      { ArnLike: { "aws:sourceARN": "arn:aws:lambda:*:222222222222:function:*" } },
    ]),
    ...cases("is all but the known accounts of", accounts("444444444444"), "*", [
      { StringEquals: { "aws:PrincipalAccount": ["444444444444", "222222222222"] } },
      {
        StringEquals: {
          "aws:PrincipalOrgID": "o-other12345",
          "aws:PrincipalAccount": "444444444444",
        },
      },
      {
        StringEquals: { "aws:PrincipalAccount": ["444444444444", "555555555555"] },
        StringLike: { "aws:PrincipalArn": "arn:aws:iam::444444444444:role/*" },
      },
    ]),
    ...cases("is the organization of", organization("o-other12345"), "*", [
      { StringEquals: { "aws:PrincipalOrgID": ["o-known12345", "o-other12345"] } },
      { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-other12345/*" } },
    ]),
    ...cases("is the organization of", organization("o-other12345"), LAMBDA, [
      { StringEquals: { "aws:SourceOrgID": "o-other12345" } },
    ]),
    ...cases("is the account of", accounts("444444444444"), LAMBDA, [
      { StringEquals: { "aws:SourceAccount": "444444444444" } },
    ]),
    ...cases("stays a stranger in spite of", accounts("444444444444"), STRANGER, [
      { StringEquals: { "aws:PrincipalOrgID": "o-other12345" } },
      { StringEquals: { "aws:SourceAccount": "222222222222" } },
    ]),
    ...cases("stays everybody in spite of", EVERYBODY, "*", [
      {},
      { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-known12345" } },
      { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-known12345" } },
      { "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": "o-known12345/*" } },
      { StringNotEquals: { "aws:PrincipalOrgID": "o-known12345" } },
      { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::222222222222:role/*" } },
      { Null: { "aws:PrincipalOrgID": "false" } },
      { stringequals: { "aws:PrincipalOrgID": "o-known12345" } },
      { StringLike: { "aws:PrincipalOrgID": "o-*" } },
      { StringEquals: { "aws:PrincipalOrgID": ["o-known12345", "*"] } },
      { StringEquals: { "aws:PrincipalOrgID": [] } },
      { StringEquals: { "aws:PrincipalOrgID": [{}, "o-known12345"] } },
      { StringLike: { "aws:PrincipalOrgID": "o-known12345*" } },
      { StringLike: { "aws:PrincipalOrgPaths": "o-known12345*" } },
      { StringLike: { "aws:PrincipalOrgPaths": "*/o-known12345/*" } },
      { StringLike: { "aws:PrincipalAccount": "22222222222?" } },
      { StringEquals: { "aws:PrincipalAccount": 222222222222 } },
      { StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/222222222222:x" } },
      { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*22222222222:role/deployer" } },
      { StringLike: { "aws:PrincipalArn": "arn:*:iam::222222222222:role/deployer" } },
      { StringEquals: { "aws:ResourceAccount": "222222222222" } },
      { StringEquals: { "aws:SourceAccount": "222222222222" } },
      { StringEquals: { "aws:SourceOrgID": "o-known12345" } },
      { ArnLike: { "aws:SourceArn": "arn:aws:lambda:us-east-1:222222222222:function:*" } },
    ]),
    ...cases("stays every account in spite of", BY_LAMBDA, LAMBDA, [
      { StringEquals: { "aws:PrincipalOrgID": "o-known12345" } },
      { StringEquals: { "aws:PrincipalAccount": "222222222222" } },
      { StringLike: { "aws:SourceArn": "arn:aws:lambda:*:222222222222:function:*" } },
      { ArnLike: { "aws:SourceArn": "arn:aws:lambda:us-east-1:*:function:*" } },
      { ArnLike: { "aws:SourceArn": "arn:aws:s3:::bucket" } },
      { StringEqualsIfExists: { "aws:SourceAccount": "222222222222" } },
    ]),
    ...cases(
      "stays unclear in spite of",
      unknown('the principal "AWS": "AROAEXAMPLEID"'),
      { AWS: "AROAEXAMPLEID" },
      [{ StringEquals: { "aws:PrincipalOrgID": "o-known12345" } }],
    ),
    {
      name: "narrows each principal by its own keys",
      principal: { AWS: ["222222222222", "444444444444"], ...LAMBDA },
      condition: { StringEquals: { "aws:SourceAccount": "222222222222" } },
      unseen: accounts("444444444444"),
    },
    {
      name: "that is no object is not understood",
      principal: "*",
      condition: [],
      unseen: unknown('"Condition" is a list'),
    },
    {
      name: "without keys is not understood",
      principal: "*",
      condition: { StringEquals: "o-known12345" },
      unseen: unknown('the condition "StringEquals" is "o-known12345"'),
    },
  ])("$name", ({ principal, condition, unseen }) => {
    expect(unseenBy({ ...PULL, Principal: principal, Condition: condition })).toEqual(unseen);
  });

  test("narrows everybody but a few", () => {
    const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-known12345" } };
    expect(unseenBy({ ...PULL, NotPrincipal: STRANGER, Condition })).toEqual([]);
  });

  test("on the organization narrows nothing to known accounts if the organization is not read", () => {
    const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-known12345" } };
    const policy = { Statement: { ...PULL, Principal: "*", Condition } };
    const pullers = unseenPullers(JSON.stringify(policy), REPOSITORY, { accounts: new Set() });
    expect(pullers).toEqual(organization("o-known12345"));
  });
});

describe("a policy", () => {
  const statement = { ...PULL, Principal: STRANGER };
  test.for<{ name: string; text: string; unseen: Puller[] }>([
    {
      name: "with a single statement in place of a list is read",
      text: JSON.stringify({ Statement: statement }),
      unseen: accounts("444444444444"),
    },
    { name: "with no statement in its list allows nothing", text: '{"Statement":[]}', unseen: [] },
    {
      name: "without statements is not understood",
      text: "{}",
      unseen: unknown('"Statement" is missing'),
    },
    {
      name: "in lower case is not understood",
      text: '{"statement":[]}',
      unseen: unknown('"Statement" is missing'),
    },
    { name: "that is empty is not understood", text: "", unseen: unknown("it is not JSON") },
    {
      name: "that is cut off is not understood",
      text: '{"Statement":[',
      unseen: unknown("it is not JSON"),
    },
    { name: "that is null is not understood", text: "null", unseen: unknown("the policy is null") },
    {
      name: "that is a list is not understood",
      text: "[]",
      unseen: unknown("the policy is a list"),
    },
    {
      name: "with a statement that is not understood is read as for the others",
      text: JSON.stringify({ Statement: [true, statement] }),
      unseen: [...unknown('"Statement" is true'), ...accounts("444444444444")],
    },
  ])("$name", ({ text, unseen }) => {
    expect(unseenPullers(text, REPOSITORY, KNOWN)).toEqual(unseen);
  });

  test.for([
    { account: "222222222222", unseen: [] },
    { account: "444444444444", unseen: accounts("444444444444") },
  ])("that Lambda adds for $account names the account", ({ account, unseen }) => {
    const policy = {
      Version: "2008-10-17",
      Statement: [
        {
          Sid: "LambdaECRImageRetrievalPolicy",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: [
            "ecr:BatchGetImage",
            "ecr:DeleteRepositoryPolicy",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:SetRepositoryPolicy",
          ],
          Condition: {
            StringLike: { "aws:sourceArn": `arn:aws:lambda:us-east-1:${account}:function:*` },
          },
        },
      ],
    };
    expect(unseenIn(policy)).toEqual(unseen);
  });
});

describe("a sentence", () => {
  test.for<{ name: string; pullers: Puller[]; sentence: string }>([
    {
      name: "names one account",
      pullers: accounts("444444444444"),
      sentence: "444444444444 may pull from it",
    },
    {
      name: "names five pullers",
      pullers: [
        ...EVERYBODY,
        ...BY_LAMBDA,
        ...organization("o-other12345"),
        ...accounts("444444444444", "555555555555"),
      ],
      sentence:
        "everybody, lambda.amazonaws.com (for every account), the organization o-other12345, " +
        "444444444444 and 555555555555 may pull from it",
    },
    {
      name: "counts those beyond five",
      pullers: accounts("1", "2", "3", "4", "5", "6", "7"),
      sentence: "1, 2, 3, 4, 5 and 2 more may pull from it",
    },
    {
      name: "says what is not understood",
      pullers: unknown('"Effect" is "allow"'),
      sentence:
        'a policy cannot be understood ("Effect" is "allow"), so everybody may pull from it',
    },
    {
      name: "says who pulls and what is not understood",
      pullers: [...unknown('"Effect" is "allow"'), ...EVERYBODY],
      sentence:
        'everybody may pull from it; a policy cannot be understood ("Effect" is "allow"), so everybody may pull from it',
    },
  ])("$name", ({ pullers, sentence }) => {
    expect(sayWhoMayPull(pullers, "it")).toBe(sentence);
  });
});

describe("any policy", () => {
  const someOf = <T>(...values: T[]) => fc.oneof(fc.constantFrom(...values), fc.subarray(values));
  const awsPrincipals = someOf(
    "222222222222",
    "arn:aws:iam::222222222222:role/deployer",
    "444444444444",
    "arn:aws:iam::444444444444:root",
    "AROAEXAMPLEID",
    "*",
  );
  const services = someOf("lambda.amazonaws.com", "codebuild.amazonaws.com");
  const principal = fc.oneof(
    fc.constant("*"),
    fc.record({ AWS: awsPrincipals }),
    fc.record({ Service: services }),
    fc.record({ AWS: awsPrincipals, Service: services }),
    fc.record({ Federated: fc.constant("example.com") }),
  );
  const actions = someOf("ecr:*", "ecr:PutImage", "ECR:batch*", "ecr:GetDownloadUrlForLayer");
  const resources = someOf(
    "*",
    REPOSITORY,
    "arn:aws:ecr:*:repository/shop/*",
    "arn:aws:ecr:eu-west-1:111111111111:repository/other",
  );
  const operator = fc.oneof(
    fc.constantFrom("StringEquals", "StringLike", "ArnLike", "Bool"),
    fc
      .tuple(
        fc.constantFrom("", "ForAnyValue:", "ForAllValues:"),
        fc.constantFrom("String", "Arn"),
        fc.constantFrom("", "Not"),
        fc.constantFrom("Equals", "EqualsIgnoreCase", "Like"),
        fc.constantFrom("", "IfExists"),
      )
      .map((parts) => parts.join("")),
  );
  const arns = someOf(
    "arn:aws:iam::222222222222:role/*",
    "arn:aws:lambda:*:222222222222:function:*",
    "arn:*:222222222222:*",
    "arn:aws:*:*:444444444444:*",
    "arn:*",
  );
  const accountValues = someOf("222222222222", "444444444444", "2*", "*", "44444444444?");
  const organizationValues = someOf("o-known12345", "o-known12345*", "o-known123456", "o-*");
  const conditionKeys = fc.oneof(
    fc.tuple(fc.constantFrom("aws:PrincipalAccount", "aws:sourceaccount"), accountValues),
    fc.tuple(fc.constantFrom("aws:PrincipalArn", "aws:sourceArn"), arns),
    fc.tuple(fc.constantFrom("aws:PrincipalOrgID", "aws:SourceOrgID"), organizationValues),
    fc.tuple(
      fc.constant("aws:PrincipalOrgPaths"),
      someOf("o-known12345/*", "o-known123456/r-a/*", "o-known12345*", "*"),
    ),
    fc.tuple(fc.constant("aws:PrincipalTag/team"), someOf("shop")),
  );
  const condition = fc
    .array(fc.tuple(operator, conditionKeys), { maxLength: 2 })
    .map((drawn) =>
      Object.fromEntries(drawn.map(([name, pair]) => [name, Object.fromEntries([pair])])),
    );
  const either = (element: string, values: fc.Arbitrary<unknown>) =>
    fc
      .tuple(fc.constantFrom(element, element, element, `Not${element}`), values)
      .map((pair) => Object.fromEntries([pair]));
  const statement = fc
    .tuple(
      fc.constantFrom({ Effect: "Allow" }, { Effect: "Allow" }, { Effect: "Deny" }),
      either("Principal", principal),
      either("Action", actions),
      fc.oneof(fc.constant({}), either("Resource", resources)),
      fc.oneof(
        fc.constant({}),
        condition.map((Condition) => ({ Condition })),
      ),
    )
    .map((elements): object => Object.assign({}, ...elements));
  const policies = fc.record({ Statement: fc.array(statement, { maxLength: 3 }) });

  /** Strangers who pull, as accounts and by services. */
  const strangers: PullRequest[] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"].flatMap(
    (action) => {
      const request = { action, resource: REPOSITORY };
      const ids = [
        "444444444444",
        "arn:aws:iam::444444444444:root",
        "arn:aws:iam::444444444444:role/a",
      ];
      const arn = "arn:aws:iam::444444444444:role/lambda:x:222222222222:function:x/a";
      const account = { "aws:principalaccount": "444444444444", "aws:principalarn": arn };
      const source = {
        "aws:sourceaccount": "444444444444",
        "aws:sourcearn": "arn:aws:lambda:us-east-1:444444444444:function:x:222222222222:function:y",
      };
      const team = { "aws:principaltag/team": "shop" };
      return [
        { ...request, type: "AWS", names: ids, context: { ...account, ...team } },
        {
          ...request,
          type: "AWS",
          names: ids,
          context: {
            ...account,
            ...team,
            "aws:principalorgid": "o-known123456",
            "aws:principalorgpaths": ["o-known123456/r-a/ou-a/"],
          },
        },
        // What AWS does not promise never to send.
        {
          ...request,
          type: "AWS",
          names: ids,
          context: { ...account, "aws:sourceaccount": "222222222222" },
        },
        ...["lambda.amazonaws.com", "codebuild.amazonaws.com"].flatMap((name): PullRequest[] => [
          { ...request, type: "Service", names: [name], context: {} },
          { ...request, type: "Service", names: [name], context: source },
          {
            ...request,
            type: "Service",
            names: [name],
            context: { ...source, "aws:sourceorgid": "o-known123456" },
          },
        ]),
      ];
    },
  );

  /** The strangers whom a policy lets pull, if it passes for harmless. */
  const missedIn = (policy: unknown) =>
    unseenIn(policy).length > 0 ? [] : strangers.filter((stranger) => allows(policy, stranger));

  test("that allows a stranger to pull has an unseen puller", () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(missedIn(policy)).toEqual([]);
      }),
      inputs(20_000),
    );
  });

  test("that allows a stranger to pull has an unseen puller, whatever is wrong with a part of it", () => {
    const junk = fc.oneof(
      fc.constantFrom(undefined, null, "", "*", [], {}, 0, true, "222222222222"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(policies, fc.nat(), junk, (whole, place, value) => {
        const places = placesIn(whole);
        const mangled = replaced(whole, places[place % places.length] ?? [], value);
        const policy = JSON.parse(JSON.stringify(mangled ?? null));
        expect(missedIn(policy)).toEqual([]);
      }),
      inputs(20_000),
    );
  });

  test("is read without an error, whatever its text", () => {
    const texts = fc.oneof(fc.string({ unit: "binary" }), fc.json());
    fc.assert(
      fc.property(texts, (text) => {
        expect(unseenPullers(text, REPOSITORY, KNOWN)).not.toEqual([]);
      }),
      inputs(1000),
    );
  });

  test("with one more statement loses no unseen puller", () => {
    fc.assert(
      fc.property(policies, statement, fc.nat(), ({ Statement }, added, place) => {
        const more = Statement.toSpliced(place % (Statement.length + 1), 0, added);
        expect(unseenIn({ Statement: more })).toEqual(
          expect.arrayContaining(unseenIn({ Statement })),
        );
      }),
      inputs(2000),
    );
  });

  test("without its conditions is not harmless if it was harmful", () => {
    fc.assert(
      fc.property(policies, ({ Statement }) => {
        const bare = Statement.map((each) => ({ ...each, Condition: undefined }));
        fc.pre(unseenIn({ Statement }).length > 0);
        expect(unseenIn({ Statement: bare })).not.toEqual([]);
      }),
      inputs(2000),
    );
  });

  test("has no other unseen pullers if more accounts are known", () => {
    const known = fc.subarray(["111111111111", "222222222222", "444444444444"]);
    fc.assert(
      fc.property(policies, known, fc.boolean(), (policy, more, isOrganizationKnown) => {
        const fewer = { accounts: new Set<string>(), organization: "o-nobody1234" };
        const organization = isOrganizationKnown ? "o-known12345" : fewer.organization;
        const before = unseenIn(policy, fewer);
        const after = unseenIn(policy, { accounts: new Set(more), organization });
        expect(before).toEqual(expect.arrayContaining(after));
      }),
      inputs(2000),
    );
  });
});

type Path = readonly (string | number)[];

/** The paths to every value within a value, its own included. */
function placesIn(value: unknown): Path[] {
  if (typeof value !== "object" || value === null) return [[]];
  const entries = Object.entries(value);
  return [[], ...entries.flatMap(([key, inner]) => placesIn(inner).map((path) => [key, ...path]))];
}

/** A copy of a value with another one at a path. */
function replaced(value: unknown, [key, ...path]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const copy: any = structuredClone(value);
  copy[key] = replaced(copy[key], path, other);
  return copy;
}
