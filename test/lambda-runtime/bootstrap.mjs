// Does what the Node.js runtime of Lambda does: asks for the next invocation, calls the handler that _HANDLER names, with
// the event and a context, and reports its result or its error.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [module, name] = _HANDLER.split(".");
// Lambda takes the first of these that exists, be it a folder.
const file = ["", ".js", ".mjs", ".cjs"]
  .map((extension) => join(LAMBDA_TASK_ROOT, module + extension))
  .find((path) => existsSync(path));
const handlers = await import(pathToFileURL(file).href);
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

for (;;) {
  const next = await fetch(`${api}/next`);
  const awsRequestId = next.headers.get("lambda-runtime-aws-request-id");
  const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
  const context = {
    awsRequestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: next.headers.get("lambda-runtime-invoked-function-arn"),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  const [kind, body] = await handlers[name](await next.json(), context).then(
    (result) => ["response", result],
    (error) => [
      "error",
      { errorType: error.name, errorMessage: error.message, trace: error.stack.split("\n") },
    ],
  );
  await fetch(`${api}/${awsRequestId}/${kind}`, { method: "POST", body: JSON.stringify(body) });
}
