import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";

import { ACCOUNT } from "../registry.ts";

/** Something in an account that uses an image. */
export interface Holder {
  /** Its name, and the tag of the image that it alone uses. */
  readonly name: string;
  /** How `--explain` begins to name it. */
  readonly place: string;
  /** Creates it with an image and its name. */
  readonly create: (image: string, name: string) => Promise<unknown>;
}

/** An image of another registry. */
export const OTHER_IMAGE = "public.ecr.aws/docker/library/busybox:1.37";

const ROLE_NAME = "service";

/** The ARN of the role of everything that needs one. */
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/${ROLE_NAME}`;

/** Creates the role of everything that needs one. */
export async function createRole(): Promise<void> {
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }],
  };
  const AssumeRolePolicyDocument = JSON.stringify(policy);
  await new IAMClient().send(
    new CreateRoleCommand({ RoleName: ROLE_NAME, AssumeRolePolicyDocument }),
  );
}
