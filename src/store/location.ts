/** Where a store is: under a prefix of a bucket in Amazon S3, or in a folder of this machine. */
export type StoreLocation =
  { readonly bucket: string; readonly prefix: string } | { readonly folder: string };

/** By S3's rules for names: 3 to 63 lower-case letters, digits, dots and dashes. */
const S3_URL = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>.*))?$/s;

/** Reads `s3://bucket/prefix` or the path of a folder. Nothing for a text that is neither, such as another URL. */
export function parseLocation(text: string): StoreLocation | undefined {
  const { bucket, prefix = "" } = S3_URL.exec(text)?.groups ?? {};
  if (bucket !== undefined) return { bucket, prefix: prefix.replaceAll(/^\/+|\/+$/g, "") };
  if (text.trim() === "" || /^\w+:\/|^s3:/i.test(text)) return undefined;
  return { folder: text };
}

/** A file of a store as people name it, or, without a name, the store itself. */
export function describeLocation(location: StoreLocation, name = ""): string {
  if ("folder" in location) return [location.folder, name].filter(Boolean).join("/");
  return `s3://${[location.bucket, location.prefix, name].filter(Boolean).join("/")}`;
}
