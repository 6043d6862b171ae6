/** The output keys of the ConfigMap, spelled here and nowhere else. All values are strings. */
export const STATUS_KEYS = {
  startTimestamp: 'status.startTimestamp',
  completionTimestamp: 'status.completionTimestamp',
  succeeded: 'status.succeeded',
  failureReason: 'status.failureReason',
  minLatency: 'status.result.minLatencyNanoSec',
  avgLatency: 'status.result.avgLatencyNanoSec',
  maxLatency: 'status.result.maxLatencyNanoSec',
  measurementDuration: 'status.result.measurementDurationSec',
  /** The older spelling, still read. */
  measurementDurationOld: 'status.results.measurementDurationSec',
  sourceNode: 'status.result.sourceNode',
  targetNode: 'status.result.targetNode',
} as const;

const KNOWN: ReadonlySet<string> = new Set(Object.values(STATUS_KEYS));

/** Whether a key is a run's answer, of this version or another: those go when another run begins. */
export function isAnswer(key: string): boolean {
  return KNOWN.has(key) || /^status\.results?\./.test(key);
}
