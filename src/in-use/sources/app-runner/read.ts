import {
  type AppRunnerClient,
  DescribeServiceCommand,
  paginateListServices,
} from "@aws-sdk/client-apprunner";
import { type SSMClient, paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import pMap from "p-map";

import { call, collect, isGone, pages, required } from "../../../aws/call.ts";
import { type AwsClients, CONCURRENT_CALLS } from "../../../aws/clients.ts";
import type { Sighting } from "../../in-use-images.ts";

/** Where AWS publishes the Regions that have App Runner. */
const REGIONS_PATH = "/aws/service/global-infrastructure/services/apprunner/regions";
/** The largest page of App Runner's ListServices (API limit). */
const SERVICES_PAGE_SIZE = 20;
/** The largest page of GetParametersByPath (API limit). */
const PARAMETERS_PAGE_SIZE = 10;

/** Sees the image of every App Runner service that is not deleted, if the Region has App Runner. */
export async function seeAppRunnerImages(
  { appRunner, ssm, region }: AwsClients,
  see: Sighting,
): Promise<"complete" | "not-available"> {
  if (!(await listAppRunnerRegions(ssm)).includes(region)) return "not-available";

  await pMap(
    await listLiveServices(appRunner),
    async (service) => {
      const image = await imageOf(appRunner, service);
      if (image !== undefined) see(image, `App Runner service ${service}`);
    },
    { concurrency: CONCURRENT_CALLS },
  );
  return "complete";
}

async function listAppRunnerRegions(ssm: SSMClient): Promise<string[]> {
  const paginator = paginateGetParametersByPath(
    { client: ssm, pageSize: PARAMETERS_PAGE_SIZE },
    { Path: REGIONS_PATH },
  );
  return collect(pages("ssm:GetParametersByPath", REGIONS_PATH, paginator), (page) =>
    page.Parameters?.flatMap(({ Value }) => Value ?? []),
  );
}

async function listLiveServices(appRunner: AppRunnerClient): Promise<string[]> {
  const paginator = paginateListServices({ client: appRunner, pageSize: SERVICES_PAGE_SIZE }, {});
  return collect(
    pages("apprunner:ListServices", "the account's App Runner services", paginator),
    (page) =>
      page.ServiceSummaryList?.filter(({ Status }) => Status !== "DELETED").flatMap(
        ({ ServiceArn }) => ServiceArn ?? [],
      ),
  );
}

/** Services that App Runner builds from source code have no image. */
async function imageOf(
  appRunner: AppRunnerClient,
  ServiceArn: string,
): Promise<string | undefined> {
  const action = "apprunner:DescribeService";
  const command = new DescribeServiceCommand({ ServiceArn });
  try {
    const { Service } = await call(action, ServiceArn, () => appRunner.send(command));
    const source = required(Service?.SourceConfiguration, action, ServiceArn);
    return source.ImageRepository?.ImageIdentifier;
  } catch (error) {
    if (isGone(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}
