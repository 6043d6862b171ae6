/** Renders a failure for `status.failureReason`. */
import type { Diagnosis } from './diagnosis.ts';
import type { ErrorCode } from './errors.ts';
import type { Stage } from './stages.ts';
import { oneLine } from './text.ts';
import { renderMilliseconds } from './units.ts';

const PREFIX: Readonly<Record<Stage, string>> = {
  input: '',
  prerequisites: 'prerequisites: ',
  setup: 'setup: ',
  connectivity: 'run: ',
  latency: 'run: ',
  teardown: 'teardown: ',
};

export interface Reason {
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly message: string;
  readonly diagnosis?: Pick<Diagnosis, 'summary'>;
}

/** @param timeoutMs `spec.timeout`; undefined as long as it is not known. */
export function renderReason({ stage, code, message, diagnosis }: Reason, timeoutMs: number | undefined): string {
  const means = diagnosis === undefined ? '' : ` (diagnosis: ${diagnosis.summary})`;
  if (code === 'TimedOut' && stage !== 'teardown') {
    const after = timeoutMs === undefined ? '' : ` after ${renderMilliseconds(timeoutMs)}`;
    return oneLine(`timed out${after} during ${stage}: ${message}${means}`, Infinity);
  }
  return oneLine(`${PREFIX[stage]}${message}${means}`, Infinity);
}
