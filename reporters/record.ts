/** Everything known about a run, folded from its events: what the verdict, the ConfigMap and stdout are made of. */
import type { ErrorCode } from '../model/errors.ts';
import type { CheckupEvent, ClaimedConfigMap, ClaimState, ObjectRef } from '../model/events.ts';
import type { Measurement } from '../model/sample.ts';
import { oneLine } from '../model/text.ts';
import type { Stage } from '../model/stages.ts';

interface Failure {
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface RunRecord {
  readonly claim: { readonly state: ClaimState; readonly configMap: ClaimedConfigMap } | undefined;
  /** The process that runs the check. */
  readonly workerPid: number | undefined;
  /** `spec.timeout`, once it is known. */
  readonly timeoutMs: number | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sourceNode: string | undefined;
  readonly targetNode: string | undefined;
  readonly measurement: Measurement | undefined;
  readonly warnings: readonly string[];
  readonly failures: readonly Failure[];
  /** VMIs that were asked for and not seen gone. */
  readonly left: readonly ObjectRef[];
}

const EMPTY_RECORD: RunRecord = {
  claim: undefined,
  workerPid: undefined,
  timeoutMs: undefined,
  parameters: {},
  sourceNode: undefined,
  targetNode: undefined,
  measurement: undefined,
  warnings: [],
  failures: [],
  left: [],
};

export function foldEvent(record: RunRecord, event: CheckupEvent): RunRecord {
  switch (event.type) {
    case 'worker':
      return { ...record, workerPid: event.pid };
    case 'claim':
      return { ...record, claim: { state: event.state, configMap: event.configMap } };
    case 'input':
      return { ...record, timeoutMs: event.timeoutMs, parameters: event.parameters };
    case 'creating':
      return { ...record, left: [...record.left, event.vmi] };
    case 'removed':
      return { ...record, left: record.left.filter(({ name }) => name !== event.vmi.name) };
    case 'placement':
      return { ...record, [event.role === 'source' ? 'sourceNode' : 'targetNode']: oneLine(event.node) };
    case 'latency':
      return { ...record, measurement: event.measurement };
    case 'warning':
      return { ...record, warnings: [...record.warnings, event.message] };
    case 'failure': {
      const { stage, code, message } = event;
      return { ...record, failures: [...record.failures, { stage, code, message }] };
    }
  }
}

export function foldEvents(events: readonly CheckupEvent[]): RunRecord {
  return events.reduce(foldEvent, EMPTY_RECORD);
}
