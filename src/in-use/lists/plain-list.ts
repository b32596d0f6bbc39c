import type { InUseList } from "./list.ts";
import { requireReference } from "./listed-reference.ts";

/**
 * Reads a list of a reference a line. Blank lines and lines that begin with `#` are skipped. Throws if another line is no
 * reference, or if there is none: an empty file is what a maker leaves that failed.
 */
export function parsePlainList(text: string, modifiedAt: number): InUseList {
  const references = text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const image = line.trim();
    if (image === "" || image.startsWith("#")) return [];
    requireReference(image, `line ${index + 1}`);
    return [{ image }];
  });
  if (references.length === 0) {
    throw new Error(
      "it has no reference, as if its maker had failed (only a complete JSON list may be empty)",
    );
  }
  return { account: null, region: null, time: modifiedAt, complete: true, references };
}
