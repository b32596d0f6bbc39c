import {
  AppRunnerClient,
  DescribeServiceCommand,
  paginateListServices,
} from "@aws-sdk/client-apprunner";
import { SSMClient, paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import pMap from "p-map";

import {
  AwsCallError,
  call,
  collect,
  isGone,
  isServiceMissing,
  required,
} from "../../aws/calls.ts";
import { CONCURRENT_CALLS, type Service } from "../../aws/clients.ts";
import { nameInArn } from "./place.ts";
import type { Scope, Source } from "./source.ts";

const APP_RUNNER = {
  Client: AppRunnerClient,
  answers: {
    "apprunner:DescribeService": ["Service.SourceConfiguration"],
    "apprunner:ListServices": ["ServiceSummaryList"],
  },
} satisfies Service<AppRunnerClient>;

const SSM = {
  Client: SSMClient,
  limits: [{ burst: 40, perSecond: 40, actions: ["ssm:GetParametersByPath"] }],
  answers: { "ssm:GetParametersByPath": ["Parameters"] },
} satisfies Service<SSMClient>;

/** Where AWS publishes the Regions that have App Runner. */
const REGIONS_PATH = "/aws/service/global-infrastructure/services/apprunner/regions";
/** The largest page of App Runner's ListServices (API limit). */
const SERVICES_PAGE_SIZE = 20;
/** The largest page of GetParametersByPath (API limit). */
const PARAMETERS_PAGE_SIZE = 10;

/** Reports the image of every App Runner service that is not deleted. */
export const source: Source = {
  id: "app-runner",
  title: "App Runner",
  evidence: ["the image of every service that is not deleted, paused and failed services included"],
  blindSpots: [
    "the digest that an App Runner service runs if its tag has moved since: App Runner does not report digests",
  ],
  statements: [
    {
      Sid: "ReadAppRunnerServices",
      Action: Object.keys(APP_RUNNER.answers),
      purpose: "the images of App Runner services",
      isOriginal: true,
    },
    {
      Sid: "LearnWhetherTheRegionHasAppRunner",
      Action: Object.keys(SSM.answers),
      Resource: `arn:aws:ssm:*::parameter${REGIONS_PATH}`,
      purpose:
        "whether App Runner's host name fails to resolve because the Region has no App Runner",
      isOriginal: true,
    },
  ],
  read: async (scope, report) => {
    const appRunner = scope.client(APP_RUNNER);
    const services = await listLiveServices(scope, appRunner);
    if (services === undefined) return "not-available";
    await pMap(
      services,
      async (service) => {
        const image = await imageOf(appRunner, service);
        if (image !== undefined) report.image(image, `App Runner service ${nameOf(service)}`);
      },
      { concurrency: CONCURRENT_CALLS },
    );
    return "complete";
  },
};

/** The ARNs of all services that are not deleted; nothing if the Region has no App Runner. */
async function listLiveServices(
  scope: Scope,
  appRunner: AppRunnerClient,
): Promise<string[] | undefined> {
  const paginator = paginateListServices({ client: appRunner, pageSize: SERVICES_PAGE_SIZE }, {});
  try {
    return await collect(
      {
        action: "apprunner:ListServices",
        resource: "the account's App Runner services",
        paginator,
      },
      (page) =>
        page.ServiceSummaryList?.filter(({ Status }) => Status !== "DELETED").map(
          ({ ServiceArn }) => ServiceArn ?? "",
        ),
    );
  } catch (error) {
    if (isServiceMissing(error) && (await isRegionWithout(scope))) return undefined;
    throw error;
  }
}

/**
 * Whether App Runner's host name fails to resolve because the Region has no App Runner. AWS must be reachable in this
 * Region, and the published list, where it can be read, must not name the Region: otherwise the network is at fault.
 */
async function isRegionWithout({ client, region }: Scope): Promise<boolean> {
  const paginator = paginateGetParametersByPath(
    { client: client(SSM), pageSize: PARAMETERS_PAGE_SIZE },
    { Path: REGIONS_PATH },
  );
  try {
    const regions = await collect(
      { action: "ssm:GetParametersByPath", resource: REGIONS_PATH, paginator },
      (page) => page.Parameters?.map(({ Value }) => Value),
    );
    return !regions.includes(region);
  } catch (error) {
    // Only 17 Regions publish the list. A refusal comes from AWS, so AWS is reachable.
    return error instanceof AwsCallError && error.httpStatus !== undefined && error.isDenied;
  }
}

/** The image of a service; nothing for one that App Runner builds from source code, or that is gone. */
async function imageOf(
  appRunner: AppRunnerClient,
  ServiceArn: string,
): Promise<string | undefined> {
  const action = "apprunner:DescribeService";
  const command = new DescribeServiceCommand({ ServiceArn });
  try {
    const { Service } = await call(action, ServiceArn, () => appRunner.send(command));
    const { ImageRepository, CodeRepository } = required(
      Service?.SourceConfiguration,
      action,
      ServiceArn,
    );
    if (CodeRepository !== undefined && ImageRepository === undefined) return undefined;
    return required(ImageRepository?.ImageIdentifier, action, ServiceArn);
  } catch (error) {
    if (isGone(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** The name of a service, from an ARN such as `arn:…:service/landing/8fe1d1`. */
function nameOf(service: string): string {
  return nameInArn(service).replace(/\/.*$/, "");
}
