/** What a checkup wrote into its ConfigMap. */
type Answer = Readonly<Record<string, string>>;

/** A latency in milliseconds, by the name of its key: "avg", "coldStart". @throws Error when it is not there. */
export function latencyMs(answer: Answer, name: string): number {
  return resultOf(answer, `${name}LatencyNanoSec`) / 1e6;
}

/** @throws Error when one of both is not there. */
export function packetsLost(answer: Answer): number {
  return resultOf(answer, 'packetsTransmitted') - resultOf(answer, 'packetsReceived');
}

function resultOf(answer: Answer, key: string): number {
  const value = answer[`status.result.${key}`];
  if (value === undefined || !/^\d+$/.test(value)) {
    throw new Error(`expected a whole number as status.result.${key}, saw ${value ?? 'no such key'}`);
  }
  return Number(value);
}
