import {
  AppRunnerClient,
  DescribeServiceCommand,
  paginateListServices,
} from "@aws-sdk/client-apprunner";
import pMap from "p-map";

import { call, collect, isGone, isServiceMissing, required } from "../../aws/calls.ts";
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

/** The largest page of App Runner's ListServices (API limit). */
const SERVICES_PAGE_SIZE = 20;

/** Where AWS publishes the Regions that have App Runner. */
const REGIONS_PATH = "/aws/service/global-infrastructure/services/apprunner/regions";

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
      Action: ["ssm:GetParametersByPath"],
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
    if (!isServiceMissing(error)) throw error;
    // Few runs need the client of Systems Manager, which is a large one.
    const { isRegionWithout } = await import("./published-regions.ts");
    if (await isRegionWithout(scope, REGIONS_PATH)) return undefined;
    throw error;
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
