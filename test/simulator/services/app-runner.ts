import {
  type Operation,
  type Place,
  ServiceError,
  mapOf,
  nameOf,
  pageOf,
  requireRange,
} from "../operation.ts";
import { jsonService } from "../service.ts";

interface AppRunnerState {
  readonly appRunnerServices: Map<string, SimulatedAppRunnerService>;
}

interface SimulatedAppRunnerService {
  readonly status: string;
  /** Missing for a service that is built from source code. */
  readonly image?: string;
}

interface AppRunnerParts {
  readonly appRunnerServices?: Record<string, SimulatedAppRunnerService>;
}

function createAppRunnerState({ appRunnerServices }: AppRunnerParts): AppRunnerState {
  return { appRunnerServices: mapOf(appRunnerServices, (service) => service) };
}

const listServices: Operation<AppRunnerState> = (account, { MaxResults, NextToken }) => {
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

const describeService: Operation<AppRunnerState> = (account, { ServiceArn }) => {
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

function serviceArn({ region, id }: Place, name: string): string {
  return `arn:aws:apprunner:${region}:${id}:service/${name}`;
}

export const appRunner = jsonService({
  prefix: "apprunner",
  sdkId: "AppRunner",
  pageToken: "NextToken",
  createState: createAppRunnerState,
  resourceOf: (_, { ServiceArn }) => ServiceArn,
  version: "1.0",
  target: "AppRunner",
  operations: { ListServices: listServices, DescribeService: describeService },
});
