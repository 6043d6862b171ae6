/** One failure as it stands in `status.failureReason`. */
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

/** `timeoutMs` is `spec.timeout`, once it is known. */
export function renderReason(stage: Stage, code: ErrorCode, message: string, timeoutMs: number | undefined): string {
  if (code === 'TimedOut' && stage !== 'teardown') {
    const after = timeoutMs === undefined ? '' : ` after ${renderMilliseconds(timeoutMs)}`;
    return oneLine(`timed out${after} during ${stage}: ${message}`, Infinity);
  }
  return oneLine(`${PREFIX[stage]}${message}`, Infinity);
}
