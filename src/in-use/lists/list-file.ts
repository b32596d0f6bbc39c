/** A file or an object in S3 that has a list. */
export interface ListFile {
  /** As people find it. */
  readonly name: string;
  /** Throws if it is gone, or too large, or not read to its end. */
  readonly read: () => Promise<ListContent>;
}

/** What a list's file has. */
export interface ListContent {
  readonly bytes: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** The largest file that can be a list, in bytes: as much as half a million references have. */
const MAX_BYTES = 50_000_000;

/** How often a file is read that changes while it is read. */
export const MAX_READINGS = 3;

export const KEEPS_CHANGING = "it changes while it is read";

/** Throws if a file is too large to be read into memory. */
export function requireListSize(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new Error(`it has ${bytes} bytes, and a list may have ${MAX_BYTES}: is it another file?`);
}
