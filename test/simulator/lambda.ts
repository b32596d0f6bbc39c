import type { Account } from "./account.ts";
import { type Members, type Operation, ServiceError, pageOf } from "./operation.ts";

/** Lambda lists 50 functions a page, whatever is asked for. */
const PAGE_SIZE = 50;

const listFunctions: Operation = (account, { FunctionVersion, Marker }) => {
  const configurations = [...account.functions].flatMap(([name, { versions }]) =>
    [...versions]
      .filter(([version]) => FunctionVersion === "ALL" || version === "$LATEST")
      .map(([version]) => configurationOf(account, name, version)),
  );
  const { items, nextToken } = pageOf(configurations, Marker, PAGE_SIZE);
  return { Functions: items, ...(nextToken !== undefined && { NextMarker: nextToken }) };
};

const getFunction: Operation = (account, { FunctionName, Qualifier = "$LATEST" }) => {
  const version = account.functions.get(FunctionName)?.versions.get(Qualifier);
  if (version === undefined) {
    throw new ServiceError("ResourceNotFoundException", `Function not found: ${FunctionName}`, 404);
  }
  const { imageUri, resolvedImageUri } = version;
  return {
    Configuration: configurationOf(account, FunctionName, Qualifier),
    Code: {
      RepositoryType: imageUri === undefined ? "S3" : "ECR",
      ...(imageUri !== undefined && { ImageUri: imageUri }),
      ...(resolvedImageUri !== undefined && { ResolvedImageUri: resolvedImageUri }),
    },
  };
};

function configurationOf(account: Account, name: string, version: string): Members {
  const isImage = account.functions.get(name)?.versions.get(version)?.imageUri !== undefined;
  return {
    FunctionName: name,
    FunctionArn: `arn:aws:lambda:${account.region}:${account.id}:function:${name}:${version}`,
    Version: version,
    PackageType: isImage ? "Image" : "Zip",
  };
}

export const lambda = { ListFunctions: listFunctions, GetFunction: getFunction };
