// SPDX-License-Identifier: Apache-2.0
/** The result of a run never depends on whoever reads its output. */

/** How long a run that has ended waits for a reader to take the rest of its output. */
const FLUSH_MS = 3000;

/**
 * A reader that goes away (a pipe to head, a full disk) must not end the run, and one that stops reading must not keep it from
 * ending: the runner waits until its last write, an empty one, was taken.
 */
export function surviveOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
    // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to the same stream
    const { write } = stream;
    stream.write = (...given: unknown[]): boolean => {
      const done = given.at(-1);
      if (given[0] !== '' || typeof done !== 'function') return Reflect.apply(write, stream, given) as boolean;
      const finish = (): void => {
        clearTimeout(limit);
        Reflect.apply(done, undefined, []);
      };
      const limit = setTimeout(finish, FLUSH_MS);
      return Reflect.apply(write, stream, ['', finish]) as boolean;
    };
  }
}
