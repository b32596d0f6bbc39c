import type { Row } from "./container.ts";

export const appRunner: Row = ({ appRunnerServices }) =>
  [...appRunnerServices.values()].filter(({ status }) => status !== "DELETED");
