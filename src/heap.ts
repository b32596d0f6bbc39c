import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap of V8 small: its young generation stays at its present size, 1 or 2 MB at the start of a program. By default it
 * doubles whenever much of it survives, as the answers of parallel calls do, until it takes more memory than everything else.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
