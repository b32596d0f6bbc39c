import { parseReference } from "../../registry/reference.ts";
import { quote } from "./quote.ts";

/** What an image reference consists of, or what was to become one: `…/app:${TAG}`. Nothing in it separates two references. */
const ONE_WORD = /^[\w./:@+${}%-]+$/;
const NEARLY_ECR_HOST = /^(?:[a-z0-9+.-]+:\/\/)?[\w-]*\.dkr[.-]ecr/i;
const OTHER_IMAGE =
  /^(?:[a-z0-9+.-]+:\/\/)?[a-z0-9][\w.-]*(?::\d+(?=\/))?(?:\/[\w.-]+)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9+._-]+:[a-f0-9]{32,})?$/i;
/** A digest without a repository, or an id in place of an image that has lost its tag. */
const BARE_ID = /^(?:sha\d+:)?(?:[a-f0-9]{12}|[a-f0-9]{64,})$/;
/** What tools print in place of an image that they do not know. */
const NO_IMAGE = /^(?:null|none|undefined)$/i;

/**
 * Requires that a text names one image, in ECR or elsewhere. An image in ECR may be unreadable: then its whole repository is
 * kept. Throws an error that quotes the text.
 *
 * @param where where the text is in its list, such as `line 3`
 */
export function requireReference(text: string, where: string): void {
  if (isReference(text)) return;
  throw new Error(
    `${where} is ${quote(text)}, which is no image reference, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1`,
  );
}

function isReference(text: string): boolean {
  const reference = parseReference(text);
  if (reference === undefined) return isOtherImage(text);
  // Of two references in one text, only the first one would count.
  return !("unreadable" in reference) || ONE_WORD.test(text);
}

function isOtherImage(text: string): boolean {
  return (
    OTHER_IMAGE.test(text) && ![NEARLY_ECR_HOST, BARE_ID, NO_IMAGE].some((no) => no.test(text))
  );
}

/** Whether a reference is one to ECR. */
export function isInEcr(text: string): boolean {
  return parseReference(text) !== undefined;
}
