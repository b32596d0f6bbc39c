import { testIndexes } from "../emulators/indexes.ts";
import { putImage } from "../emulators/registry.ts";
import { useEmulator } from "../emulators/server.ts";
import { MOTO } from "./moto.ts";

useEmulator(MOTO);

testIndexes(putImage);
