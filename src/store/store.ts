import type { Aws } from "../aws/clients.ts";
import type { StoreLocation } from "./location.ts";

/** A file as it was read. */
export interface StoredFile {
  readonly bytes: Buffer;
  /** Differs from that of every other content that the file has had. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Files that outlive a run. No file is ever deleted: a folder only drops old versions of a file. */
export interface Store {
  /** A file as people find it. */
  readonly describe: (name: string) => string;
  /** Nothing if there is no such file. Throws if that is not certain. */
  readonly read: (name: string) => Promise<StoredFile | undefined>;
  /**
   * Writes a file, if it still has the version that was read: none if there was no file.
   *
   * @returns false if another run has written it since. Throws if it cannot be written.
   */
  readonly replace: (name: string, bytes: Buffer, version: string | undefined) => Promise<boolean>;
  /** Writes a file, whatever is there. Throws if it cannot be written. */
  readonly put: (name: string, content: Content) => Promise<void>;
}

/** A whole file to write. */
export interface Content {
  readonly bytes: Buffer | FilePart;
  /** Such as `text/html`. */
  readonly type: string;
}

/** The bytes are those of a file of this machine. */
interface FilePart {
  readonly path: string;
}

/** What a store uses of AWS: a bucket can be in another Region. */
export type StoreAws = Pick<Aws, "region" | "identity" | "client" | "elsewhere">;

/**
 * Opens a store. It makes no call yet.
 *
 * @param remainingMs milliseconds until the process must have ended
 */
export async function openStore(
  location: StoreLocation,
  aws: StoreAws,
  remainingMs: () => number = () => Infinity,
): Promise<Store> {
  if ("folder" in location) {
    const { FolderStore } = await import("./folder-store.ts");
    return new FolderStore(location);
  }
  // The SDK client of S3 loads with it.
  const { S3Store } = await import("./s3-store.ts");
  return new S3Store(location, aws, remainingMs);
}
