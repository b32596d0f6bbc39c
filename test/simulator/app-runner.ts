import type { Account } from "./account.ts";
import { type Operation, ServiceError, nameOf, pageOf, requireRange } from "./operation.ts";

const listServices: Operation = (account, { MaxResults, NextToken }) => {
  const services = [...account.appRunnerServices];
  if (MaxResults !== undefined) requireRange("MaxResults", MaxResults, 1, 20);
  const { items, nextToken } = pageOf(services, NextToken, MaxResults ?? Number.MAX_SAFE_INTEGER);
  const summaries = items.map(([name, { status }]) => ({
    ServiceName: name,
    ServiceArn: serviceArn(account, name),
    Status: status,
  }));
  return {
    ServiceSummaryList: summaries,
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

const describeService: Operation = (account, { ServiceArn }) => {
  const name = nameOf(ServiceArn);
  const service = account.appRunnerServices.get(name);
  if (service === undefined) {
    throw new ServiceError("ResourceNotFoundException", `Service ${ServiceArn} does not exist.`);
  }
  const { image, status } = service;
  const SourceConfiguration =
    image === undefined
      ? { CodeRepository: { RepositoryUrl: "https://example.com/code.git" } }
      : { ImageRepository: { ImageIdentifier: image, ImageRepositoryType: "ECR" } };
  return { Service: { ServiceName: name, ServiceArn, Status: status, SourceConfiguration } };
};

function serviceArn({ region, id }: Account, name: string): string {
  return `arn:aws:apprunner:${region}:${id}:service/${name}`;
}

export const appRunner = { ListServices: listServices, DescribeService: describeService };
