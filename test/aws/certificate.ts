import { generateKeyPairSync, sign } from "node:crypto";

/** A key, and a certificate that the key itself has signed: who trusts the certificate trusts the server. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate for localhost, valid from yesterday until tomorrow. Node makes none, and not every machine has OpenSSL. */
export function certify(now = Date.now()): Certified {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const name = sequence(set(sequence(oid("550403"), utf8("Simulated"))));
  const extensions = sequence(
    extension("551d13", sequence(der(0x01, Buffer.of(0xff)))), // basicConstraints: a CA
    extension("551d11", sequence(der(0x82, Buffer.from("localhost")))), // subjectAltName: a host name
  );
  const signed = sequence(
    der(0xa0, integer(2)), // version 3
    integer(1),
    algorithm,
    name,
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = Buffer.concat([Buffer.of(0), sign("sha256", signed, privateKey)]);
  const certificate = sequence(signed, algorithm, der(0x03, signature));
  const body = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    cert: ["-----BEGIN CERTIFICATE-----", ...body, "-----END CERTIFICATE-----", ""].join("\n"),
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** One value in DER: its type, its length and its content. */
function der(type: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(type, ...head), content]);
}

const sequence = (...values: Buffer[]) => der(0x30, Buffer.concat(values));
const set = (value: Buffer) => der(0x31, value);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const utf8 = (text: string) => der(0x0c, Buffer.from(text));
const integer = (value: number) => der(0x02, Buffer.of(value));
const extension = (id: string, value: Buffer) => sequence(oid(id), der(0x04, value));

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, "");
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`)); // UTCTime: YYMMDDhhmmssZ
}
