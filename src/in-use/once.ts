/** Reads something the first time that a key is asked for, and answers the same later. */
export type Once = <Result>(key: string, read: () => Promise<Result>) => Promise<Result>;

/** Remembers what is read from now on, for as long as it is in use itself. A reading that fails is remembered too. */
export function createOnce(): Once {
  const results = new Map<string, Promise<unknown>>();
  return <Result>(key: string, read: () => Promise<Result>) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key says what the result is
    const result = (results.get(key) as Promise<Result> | undefined) ?? read();
    results.set(key, result);
    return result;
  };
}
