// SPDX-License-Identifier: Apache-2.0
/** Returns milliseconds on one clock for all threads. It is steady if the clock of the machine is not set. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
