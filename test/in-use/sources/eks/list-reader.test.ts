import fc from "fast-check";
import { expect, test } from "vitest";

import { ListReader } from "../../../../src/in-use/sources/eks/list-reader.ts";
import { inputs } from "../../../random-inputs.ts";

/** Reads a text in parts of the sizes given, over and over. */
function read(text: string, sizes: readonly number[] = [text.length]) {
  const items: unknown[] = [];
  const reader = new ListReader((item) => items.push(item));
  for (let at = 0, i = 0; at < text.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    reader.write(text.slice(at, at + size));
    at += size;
  }
  return { items, envelope: reader.envelope, count: reader.count };
}

const objects = fc.dictionary(fc.string(), fc.jsonValue());
const lists = fc.record({
  kind: fc.string(),
  metadata: objects,
  items: fc.array(objects, { maxLength: 5 }),
});
const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });

test("every list is read as JSON.parse reads it, in whatever parts it arrives", () => {
  fc.assert(
    fc.property(lists, sizes, fc.constantFrom(0, 2), (list, sizes, indent) => {
      const { items, envelope, count } = read(JSON.stringify(list, null, indent), sizes);
      // As plain JSON: a name such as __proto__ is none of an object's own otherwise.
      expect(JSON.stringify(items)).toBe(JSON.stringify(list.items));
      expect(count).toBe(list.items.length);
      const { items: places, ...rest } = JSON.parse(envelope);
      expect(places).toHaveLength(count);
      const { items: _, ...expected } = list;
      expect(JSON.stringify(rest)).toBe(JSON.stringify(expected));
    }),
    inputs(500),
  );
});

test("no list that is cut is a whole one", () => {
  fc.assert(
    fc.property(lists, fc.double({ min: 0, max: 0.999, noNaN: true }), (list, share) => {
      const text = JSON.stringify(list);
      const { envelope } = read(text.slice(0, Math.floor(text.length * share)));
      expect(() => JSON.parse(envelope)).toThrow(SyntaxError);
    }),
    inputs(500),
  );
});

test("an object that is no JSON is an error", () => {
  expect(() => read('{"items":[{"a":}]}')).toThrow("an object in the answer is no JSON");
});

test("an object outside of a list is no item", () => {
  const text = '{"kind":"Status","details":{"causes":[{"reason":"X"}]}}';
  expect(read(text)).toEqual({ items: [], envelope: text, count: 0 });
});
