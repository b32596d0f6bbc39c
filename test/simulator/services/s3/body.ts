interface Decoded {
  readonly body: Buffer;
  /** By name in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Reads a body whose content encoding is `aws-chunked`: chunks behind their sizes in hexadecimal, and trailing headers.
 * Returns undefined if the body ends too early.
 */
export function decodeChunks(bytes: Buffer): Decoded | undefined {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const start = bytes.indexOf("\r\n", position) + 2;
    // A chunk can have its signature after its size, behind a semicolon.
    const size = Number.parseInt(bytes.toString("latin1", position, start), 16);
    const end = start + size;
    if (Number.isNaN(end) || end > bytes.length) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), trailers: trailersOf(bytes, start) };
    chunks.push(bytes.subarray(start, end));
    position = end + 2;
  }
}

function trailersOf(bytes: Buffer, start: number): Record<string, string> {
  const lines = bytes.toString("latin1", start).split("\r\n");
  const trailers = lines.flatMap((line) => {
    const { name, value } = /^(?<name>[^:]+):(?<value>.*)$/.exec(line)?.groups ?? {};
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()]];
  });
  return Object.fromEntries(trailers);
}
