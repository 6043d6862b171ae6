/** What a checkup wrote into its ConfigMap. */
type Results = Readonly<Record<string, string>>;

/** A latency in milliseconds, by the name of its key: "avg", "coldStart". @throws Error when it is not there. */
export function latencyMs(results: Results, name: string): number {
  return resultOf(results, `${name}LatencyNanoSec`) / 1e6;
}

/** @throws Error when one of both is not there. */
export function packetsLost(results: Results): number {
  return resultOf(results, 'packetsTransmitted') - resultOf(results, 'packetsReceived');
}

function resultOf(results: Results, key: string): number {
  const value = results[`status.result.${key}`];
  if (value === undefined || !/^\d+$/.test(value)) {
    throw new Error(`expected a whole number as status.result.${key}, saw ${value ?? 'no such key'}`);
  }
  return Number(value);
}
