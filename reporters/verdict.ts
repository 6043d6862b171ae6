/** Decides whether the run succeeded, and why not; nothing else does. */
import type { Stage } from '../model/stages.ts';
import { removalCommand } from '../fixtures/cluster/remove-vmi.ts';
import { renderReason } from '../model/reasons.ts';
import { oneLine } from '../model/text.ts';
import type { RunRecord } from './record.ts';

/** What the runner says, apart from the events. */
export interface Outcome {
  /** The test ended as passed. */
  readonly passed: boolean;
  readonly interruptedBy: string | undefined;
  /** What went on when the run was interrupted. */
  readonly stage: Stage | 'report' | undefined;
  /** Messages of the runner's own errors: a worker that was killed, a check that does not load, a malformed event. */
  readonly errors: readonly string[];
}

export interface Verdict {
  readonly succeeded: boolean;
  /** One line; "" when the run succeeded. */
  readonly failureReason: string;
}

export function verdict(record: RunRecord, outcome: Outcome): Verdict {
  const { interruptedBy, stage } = outcome;
  const failures = (inTeardown: boolean): string[] =>
    record.failures
      .filter((failure) => (failure.stage === 'teardown') === inTeardown)
      .map((failure) => renderReason(failure.stage, failure.code, failure.message, record.timeoutMs));
  const interruption =
    interruptedBy === undefined
      ? []
      : [`interrupted by ${interruptedBy} ${stage === undefined ? 'before the first stage' : `during ${stage}`}`];
  // An interruption makes the stage it meets fail, and the runner complain; only teardown and report come after a failure.
  const first = stage !== 'teardown' && stage !== 'report';
  const reasons = [
    ...(first ? interruption : []),
    ...failures(false),
    ...(interruptedBy === undefined ? unexplained(record, outcome.errors) : []),
    ...(stage === 'teardown' ? interruption : []),
    ...failures(true),
    ...(stage === 'report' ? interruption : []),
  ];
  if (record.left.length > 0 && !record.failures.some(({ stage }) => stage === 'teardown')) {
    const names = record.left.map((vmi) => `VMI '${vmi.namespace}/${vmi.name}' (${removalCommand(vmi)})`);
    reasons.push(oneLine(`teardown: not seen to be gone: ${names.join(', ')}`));
  }
  if (reasons.length === 0 && record.measurement?.latency === undefined)
    reasons.push('the run ended without a measurement');
  if (reasons.length === 0 && !outcome.passed) reasons.push('the run failed without saying why');
  return { succeeded: reasons.length === 0, failureReason: reasons.join(', ') };
}

/** What the runner alone knows of: a worker that died, an error outside every stage, a malformed event. */
function unexplained(record: RunRecord, errors: readonly string[]): string[] {
  const known = record.failures.map(({ message }) => oneLine(message));
  return errors.map((error) => oneLine(error)).filter((error) => !known.some((message) => error.includes(message)));
}
