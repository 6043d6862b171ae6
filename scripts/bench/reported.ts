// SPDX-License-Identifier: Apache-2.0
/** The data of the ConfigMap after a checkup. */
type Results = Readonly<Record<string, string>>;

/** Returns a latency in milliseconds, by the name of its key: "avg", "coldStart". @throws Error if it is missing. */
export function latencyMs(results: Results, name: string): number {
  return resultOf(results, `${name}LatencyNanoSec`) / 1e6;
}

/** Returns the number of lost packets. @throws Error if a key is missing. */
export function packetsLost(results: Results): number {
  return resultOf(results, 'packetsTransmitted') - resultOf(results, 'packetsReceived');
}

/** Returns the longest gap around a live migration in milliseconds. @throws Error if it is missing. */
export function migrationGapMs(results: Results): number {
  return resultOf(results, 'migration.longestGapNanoSec') / 1e6;
}

/** Returns a count, by the name of its key. @throws Error if it is missing. */
export function countOf(results: Results, key: string): number {
  return resultOf(results, key);
}

function resultOf(results: Results, key: string): number {
  const value = results[`status.result.${key}`];
  if (value === undefined || !/^\d+$/.test(value)) {
    throw new Error(`expected a whole number as status.result.${key}, saw ${value ?? 'no such key'}`);
  }
  return Number(value);
}
