import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";

import { type Holder, ROLE } from "./holder.ts";

// No published version: ministack does not list it, and in moto its image changes with the function.
export const lambda: readonly Holder[] = [
  {
    name: "function",
    place: "Lambda function function, version $LATEST",
    create: createFunction,
  },
];

export async function createFunction(image: string, name: string): Promise<void> {
  await new LambdaClient().send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: ROLE,
      PackageType: "Image",
      Code: { ImageUri: image },
    }),
  );
}
