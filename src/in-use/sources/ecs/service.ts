import { ECSClient } from "@aws-sdk/client-ecs";

import type { Service } from "../../../aws/clients.ts";

/** The original's calls. Task definitions have a statement of their own. */
export const SERVICE_CALLS = {
  "ecs:DescribeServices": ["services|failures"],
  "ecs:ListClusters": ["clusterArns"],
  "ecs:ListServices": ["serviceArns"],
};

/** Tasks, what services pin and roll back to, and what is started by the name of its family. */
export const FURTHER_CALLS = {
  "ecs:DescribeExpressGatewayService": ["service.activeConfigurations"],
  "ecs:DescribeServiceDeployments": ["serviceDeployments|failures"],
  "ecs:DescribeServiceRevisions": ["serviceRevisions|failures"],
  "ecs:DescribeTasks": ["tasks|failures"],
  "ecs:ListTaskDefinitionFamilies": ["families"],
  "ecs:ListTaskDefinitions": ["taskDefinitionArns"],
  "ecs:ListTasks": ["taskArns"],
};

export const DAEMON_CALLS = {
  "ecs:DescribeDaemon": ["daemon.currentRevisions"],
  "ecs:DescribeDaemonDeployments": ["daemonDeployments|failures"],
  "ecs:DescribeDaemonRevisions": ["daemonRevisions|failures"],
  "ecs:DescribeDaemonTaskDefinition": ["daemonTaskDefinition.containerDefinitions"],
  "ecs:ListDaemons": ["daemonSummariesList"],
};

export const ECS = {
  Client: ECSClient,
  // ECS throttles several calls together: with more at the same time, all of them would wait for the slowest.
  concurrency: 6,
  answers: {
    "ecs:DescribeTaskDefinition": ["taskDefinition.containerDefinitions"],
    ...SERVICE_CALLS,
    ...FURTHER_CALLS,
    ...DAEMON_CALLS,
  },
} satisfies Service<ECSClient>;
