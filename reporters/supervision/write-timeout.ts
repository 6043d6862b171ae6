// SPDX-License-Identifier: Apache-2.0
/** Limits the time of writing a file: the result of a run must not wait for a disk that hangs. */
const LIMIT_MS = 3000;

/** @throws what the work throws, or that it took too long; the work itself goes on. */
export async function withWriteTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it was not written within ${LIMIT_MS / 1000}s`));
    }, LIMIT_MS);
  });
  return await Promise.race([work, limit]).finally(() => {
    clearTimeout(timer);
  });
}
