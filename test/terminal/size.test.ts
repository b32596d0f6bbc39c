import { expect, test } from "vitest";

import { alignedSize } from "../../src/terminal/size.ts";

test.for([
  { bytes: 0, size: "0.0 MB" },
  { bytes: 1, size: "0.0 kB" },
  { bytes: 999, size: "1.0 kB" },
  { bytes: 1_000, size: "1.0 kB" },
  { bytes: 999_960, size: "1.0 MB" },
  { bytes: 310_000_000, size: "310.0 MB" },
  { bytes: 9_580_000_000, size: "9.6 GB" },
  { bytes: 1_200_000_000_000, size: "1.2 TB" },
  { bytes: 5e18, size: "5000.0 PB" },
])("$bytes bytes are $size", ({ bytes, size }) => {
  expect(alignedSize(bytes)).toBe(size);
});
