import type { Members } from "../../operation.ts";

/** What ECS answers beside the images, in the usual size. */
export const ecsInFull = {
  DescribeServices: (output: Members) => each(output, "services", service),
  DescribeServiceRevisions: (output: Members) => each(output, "serviceRevisions", revision),
  DescribeTasks: (output: Members) => each(output, "tasks", task),
  DescribeTaskDefinition: (output: Members) => ({
    ...output,
    taskDefinition: taskDefinition(output["taskDefinition"]),
    tags: TAGS,
  }),
};

/** As many events as ECS keeps of a service. */
const EVENTS = 100;
const SINCE = 1_790_000_000;

const TAGS = ["team", "environment", "cost-center"].map((key) => ({ key, value: `${key}-4711` }));
const NETWORK = {
  networkConfiguration: {
    awsvpcConfiguration: {
      subnets: ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728", "subnet-0c1d2e3f405162738"],
      securityGroups: ["sg-0d1e2f30415263748"],
      assignPublicIp: "DISABLED",
    },
  },
};
const PLATFORM = { launchType: "FARGATE", platformVersion: "1.4.0", platformFamily: "Linux" };

function each(output: Members, member: string, change: (item: Members) => Members): Members {
  return { ...output, [member]: output[member].map(change) };
}

function service(service: Members): Members {
  const { serviceName: name, taskDefinition, taskSets } = service;
  // ECS answers deployments only of the services that it deploys itself.
  const own = taskDefinition && taskSets === undefined ? [{ taskDefinition }] : undefined;
  return {
    ...service,
    ...PLATFORM,
    ...NETWORK,
    loadBalancers: [loadBalancer(name)],
    serviceRegistries: [
      { registryArn: `arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-${name}` },
    ],
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: true },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: "ROLLING",
    },
    deployments: (service["deployments"] ?? own)?.map(deployment),
    roleArn: "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/ECS",
    events: Array.from({ length: EVENTS }, (_, i) => event(name, i)),
    createdAt: SINCE,
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: 60,
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    createdBy: "arn:aws:iam::123456789012:role/deployer",
    enableECSManagedTags: true,
    propagateTags: "SERVICE",
    enableExecuteCommand: false,
    availabilityZoneRebalancing: "ENABLED",
  };
}

function event(name: string, i: number): Members {
  return {
    id: `5f1b2c3d-4e5f-6071-8293-${String(i).padStart(12, "0")}`,
    createdAt: SINCE + i * 21_600,
    message: `(service ${name}) has reached a steady state.`,
  };
}

function loadBalancer(name: string): Members {
  return {
    targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/6d0ecf831eec9f09`,
    containerName: "container-0",
    containerPort: 8080,
  };
}

function deployment(deployment: Members, i: number): Members {
  return {
    ...deployment,
    ...PLATFORM,
    ...NETWORK,
    id: `ecs-svc/${1_234_567_890 + i}`,
    status: i === 0 ? "PRIMARY" : "ACTIVE",
    desiredCount: 2,
    pendingCount: 0,
    runningCount: 2,
    failedTasks: 0,
    createdAt: SINCE,
    updatedAt: SINCE,
    rolloutState: i === 0 ? "COMPLETED" : "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ecs-svc/${1_234_567_890 + i} completed.`,
  };
}

function revision(revision: Members): Members {
  return {
    ...revision,
    ...PLATFORM,
    ...NETWORK,
    loadBalancers: [loadBalancer("service")],
    guardDutyEnabled: false,
    createdAt: SINCE,
  };
}

function task(task: Members): Members {
  return {
    ...task,
    attachments: [
      {
        id: "5f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        type: "ElasticNetworkInterface",
        status: "ATTACHED",
        details: [
          { name: "subnetId", value: "subnet-0a1b2c3d4e5f60718" },
          { name: "networkInterfaceId", value: "eni-0a1b2c3d4e5f60718" },
          { name: "macAddress", value: "0e:0f:10:11:12:13" },
          { name: "privateDnsName", value: "ip-10-0-1-23.eu-west-1.compute.internal" },
          { name: "privateIPv4Address", value: "10.0.1.23" },
        ],
      },
    ],
    attributes: [{ name: "ecs.cpu-architecture", value: "arm64" }],
    availabilityZone: "eu-west-1a",
    connectivity: "CONNECTED",
    connectivityAt: SINCE,
    containers: task["containers"].map(container),
    cpu: "1024",
    createdAt: SINCE,
    enableExecuteCommand: false,
    healthStatus: "HEALTHY",
    lastStatus: "RUNNING",
    ...PLATFORM,
    memory: "2048",
    overrides: { containerOverrides: [{ name: "container-0" }], inferenceAcceleratorOverrides: [] },
    pullStartedAt: SINCE,
    pullStoppedAt: SINCE,
    startedAt: SINCE,
    startedBy: "ecs-svc/1234567890",
    version: 5,
    ephemeralStorage: { sizeInGiB: 20 },
    tags: TAGS,
  };
}

function container(container: Members): Members {
  return {
    ...container,
    runtimeId: "5f1b2c3d4e5f60718293a4b5c6d7e8f9-2531612879",
    lastStatus: "RUNNING",
    networkBindings: [],
    networkInterfaces: [
      {
        attachmentId: "5f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
        privateIpv4Address: "10.0.1.23",
      },
    ],
    healthStatus: "HEALTHY",
    cpu: "512",
    memory: "1024",
  };
}

function taskDefinition(taskDefinition: Members): Members {
  return {
    ...taskDefinition,
    taskRoleArn: "arn:aws:iam::123456789012:role/task",
    executionRoleArn: "arn:aws:iam::123456789012:role/execution",
    networkMode: "awsvpc",
    volumes: [{ name: "scratch", host: {} }],
    requiresAttributes: [
      "logging-driver.awslogs",
      "ecr-auth",
      "docker-remote-api.1.19",
      "task-iam-role",
      "execution-role-awslogs",
    ].map((name) => ({ name: `com.amazonaws.ecs.capability.${name}` })),
    placementConstraints: [],
    compatibilities: ["EC2", "FARGATE"],
    requiresCompatibilities: ["FARGATE"],
    runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    cpu: "1024",
    memory: "2048",
    registeredAt: SINCE,
    registeredBy: "arn:aws:sts::123456789012:assumed-role/deployer/pipeline",
    containerDefinitions: taskDefinition["containerDefinitions"].map(containerDefinition),
  };
}

function containerDefinition(definition: Members): Members {
  return {
    ...definition,
    cpu: 512,
    memory: 1024,
    essential: true,
    portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp", name: "http" }],
    environment: [
      ...definition["environment"],
      ...Array.from({ length: 20 }, (_, i) => ({
        name: `SETTING_${i}`,
        value: `https://service-${i}.internal:8443/`,
      })),
    ],
    secrets: Array.from({ length: 5 }, (_, i) => ({
      name: `SECRET_${i}`,
      valueFrom: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/secret-${i}-AbCdEf`,
    })),
    mountPoints: [{ sourceVolume: "scratch", containerPath: "/tmp", readOnly: false }],
    volumesFrom: [],
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": "/ecs/app",
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "app",
        mode: "non-blocking",
      },
    },
    healthCheck: {
      command: ["CMD-SHELL", "curl --fail http://localhost:8080/health || exit 1"],
      interval: 30,
      timeout: 5,
      retries: 3,
    },
    systemControls: [],
  };
}
