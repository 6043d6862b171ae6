// SPDX-License-Identifier: Apache-2.0
/** Returns the milliseconds of CPU time of a call. In contrast to its duration, they do not depend on other load of the machine. */
export function cpuMs(call: () => void): number {
  const start = process.cpuUsage();
  call();
  return process.cpuUsage(start).user / 1000;
}
