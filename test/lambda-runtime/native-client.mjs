// Gives aws-lambda-ric a client in JavaScript where it asks for its compiled one, which takes cmake and a compiler to build.
import { registerHooks } from "node:module";

const url = new URL("native-client.cjs", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "./rapid-client.node"
      ? { url, format: "commonjs", shortCircuit: true }
      : next(specifier, context),
});
