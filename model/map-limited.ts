/**
 * Calls `run` for each item, at most `limit` at a time, and returns the results in the items' order. An unbounded
 * `Promise.all(items.map(…))` over files opens all of them at once: EMFILE where `ulimit -n` is 1024 or less.
 *
 * @throws the first error; no further item is started after it.
 */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  // One iterator that all workers draw from.
  const rest = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failed) return;
      try {
        results[index] = await run(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
