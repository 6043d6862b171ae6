/** Decides whether the run succeeded, and why not; nothing else does. */
import type { Stage } from '../model/stages.ts';
import { removalCommand } from '../fixtures/cluster/remove-vmi.ts';
import { renderReason } from '../model/reasons.ts';
import { atMostBytes, oneLine } from '../model/text.ts';
import { vmiName } from '../model/vmi-name.ts';
import { mainMeasurement, type RunRecord } from './record.ts';

/** Limit of a failure reason in UTF-8: a ConfigMap has room for more, a dashboard has not. */
const REASON_BYTES = 4096;
/** The shortest useful length of one reason among many. */
const LEAST_BYTES = 200;

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
  /** One line of at most 4 KiB; "" when the run succeeded. */
  readonly failureReason: string;
}

export function verdict(record: RunRecord, outcome: Outcome): Verdict {
  const { interruptedBy, stage } = outcome;
  const failures = (inTeardown: boolean): string[] =>
    record.failures
      .filter((failure) => (failure.stage === 'teardown') === inTeardown)
      .map((failure) => renderReason(failure, record.parameters?.timeoutMs));
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
  if (record.leaked.length > 0 && !record.failures.some(({ stage }) => stage === 'teardown')) {
    const names = record.leaked.map((vmi) => `${vmiName(vmi)} (${removalCommand(vmi)})`);
    reasons.push(oneLine(`teardown: not seen to be gone: ${names.join(', ')}`, Infinity));
  }
  if (reasons.length === 0 && mainMeasurement(record)?.latency === undefined)
    reasons.push('the run ended without a measurement');
  if (reasons.length === 0 && !outcome.passed) reasons.push('the run failed without saying why');
  return { succeeded: reasons.length === 0, failureReason: joined(reasons) };
}

/** Too long together, the long ones are cut: what was left behind must be read, whatever a server said before. */
function joined(reasons: readonly string[]): string {
  const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
  const sizes = reasons.map((reason) => Buffer.byteLength(reason));
  const room = REASON_BYTES - 2 * Math.max(0, reasons.length - 1);
  if (total(sizes) <= room) return reasons.join(', ');
  const short = sizes.filter((size) => size <= room / reasons.length);
  const share = Math.floor((room - total(short)) / (sizes.length - short.length));
  const cut = share < LEAST_BYTES ? reasons : reasons.map((reason) => atMostBytes(reason, share));
  return atMostBytes(cut.join(', '), REASON_BYTES);
}

/** What the runner alone knows of: a worker that died, an error outside every stage, a malformed event. */
function unexplained(record: RunRecord, errors: readonly string[]): string[] {
  const known = record.failures.map(({ message }) => oneLine(message, Infinity));
  return errors
    .map((error) => oneLine(error, Infinity))
    .filter((error) => !known.some((message) => error.includes(message)));
}
