import { ECRClient } from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach } from "vitest";

import type { Repository } from "../../src/registry/repository.ts";

export const client = new ECRClient({ region: "eu-west-1" });

export const repository: Repository = {
  name: "shop/api",
  arn: "arn:aws:ecr:eu-west-1:123456789012:repository/shop/api",
  registryId: "123456789012",
  region: "eu-west-1",
  key: "",
  tags: {},
};

/** Mocks every ECR client in a test file. A command that is not mocked fails. */
export function mockEcr() {
  const ecr = mockClient(ECRClient);
  beforeEach(() => {
    ecr.reset();
    ecr.rejects(new Error("not mocked"));
  });
  return ecr;
}
