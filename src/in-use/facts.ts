/**
 * Answers something that never changes: it is read once in a process, however many ask. Nothing is remembered of what cannot be
 * read, or is not there.
 */
export type Facts = <Fact>(
  key: string,
  read: () => Promise<Fact | undefined>,
) => Promise<Fact | undefined>;

/** Remembers facts for as long as it is in use itself. */
export function createFacts(): Facts {
  const facts = new Map<string, Promise<unknown>>();
  return async <Fact>(key: string, read: () => Promise<Fact | undefined>) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key says what the fact is
    const fact = (facts.get(key) as Promise<Fact | undefined> | undefined) ?? read();
    facts.set(key, fact);
    try {
      const found = await fact;
      if (found === undefined) facts.delete(key);
      return found;
    } catch (error) {
      facts.delete(key);
      throw error;
    }
  };
}
