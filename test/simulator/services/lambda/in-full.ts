import type { Members } from "../../operation.ts";

/** What Lambda answers beside the images, in the usual size. */
export const lambdaInFull = {
  ListFunctions: (output: Members) => ({ ...output, Functions: output["Functions"].map(inFull) }),
  GetFunction: (output: Members) => ({
    ...output,
    Configuration: inFull(output["Configuration"]),
    Tags: { team: "shop", environment: "production", "cost-center": "4711" },
  }),
};

function inFull(configuration: Members): Members {
  const name = configuration["FunctionName"];
  return {
    ...configuration,
    Role: `arn:aws:iam::123456789012:role/service-role/${name}-execution-role`,
    CodeSize: 0,
    Description: `Handles what arrives for ${name}`,
    Timeout: 30,
    MemorySize: 1024,
    LastModified: "2026-10-01T12:00:00.000+0000",
    Environment: { Variables: environment() },
    VpcConfig: {
      SubnetIds: ["subnet-0a1b2c3d4e5f60718", "subnet-0b1c2d3e4f5061728"],
      SecurityGroupIds: ["sg-0c1d2e3f405162738"],
      VpcId: "vpc-0d1e2f30415263748",
      Ipv6AllowedForDualStack: false,
    },
    TracingConfig: { Mode: "Active" },
    Layers: ["otel", "parameters"].map((layer) => ({
      Arn: `arn:aws:lambda:eu-west-1:123456789012:layer:${layer}:7`,
      CodeSize: 10_485_760,
    })),
    State: "Active",
    LastUpdateStatus: "Successful",
    Architectures: ["arm64"],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: {
      LogFormat: "JSON",
      ApplicationLogLevel: "INFO",
      SystemLogLevel: "INFO",
      LogGroup: `/aws/lambda/${name}`,
    },
  };
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`SETTING_${i}`, `https://service-${i}.internal:8443/`]),
  );
}
