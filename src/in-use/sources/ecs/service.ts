import { ECSClient } from "@aws-sdk/client-ecs";

import type { Service } from "../../../aws/clients.ts";
import type { GroupLimit } from "../../../aws/pace.ts";

/**
 * How many descriptions are asked for at the same time. An answer can be 200 KB, mostly of events. At 200 ms a call, five are 25 a
 * second: more than ECS grants.
 */
export const CONCURRENT_DESCRIPTIONS = 5;

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

/** Calls that ECS throttles together, by its page on request throttling. */
const LIMITS: readonly GroupLimit[] = [
  { burst: 50, perSecond: 20, actions: ["ecs:ListClusters"] },
  {
    burst: 50,
    perSecond: 20,
    actions: [
      "ecs:DescribeTaskDefinition",
      "ecs:ListTaskDefinitionFamilies",
      "ecs:ListTaskDefinitions",
    ],
  },
  {
    burst: 100,
    perSecond: 20,
    actions: [
      "ecs:DescribeExpressGatewayService",
      "ecs:DescribeServices",
      "ecs:ListServices",
      ...Object.keys(DAEMON_CALLS),
    ],
  },
  { burst: 100, perSecond: 20, actions: ["ecs:DescribeTasks", "ecs:ListTasks"] },
  { burst: 50, perSecond: 20, actions: ["ecs:DescribeServiceDeployments"] },
  { burst: 50, perSecond: 20, actions: ["ecs:DescribeServiceRevisions"] },
];

export const ECS = {
  Client: ECSClient,
  limits: LIMITS,
  answers: {
    "ecs:DescribeTaskDefinition": ["taskDefinition.containerDefinitions"],
    ...SERVICE_CALLS,
    ...FURTHER_CALLS,
    ...DAEMON_CALLS,
  },
} satisfies Service<ECSClient>;
