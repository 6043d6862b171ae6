// SPDX-License-Identifier: Apache-2.0
/** Decides whether the run succeeded, and why not; nothing else does. */
import type { Stage } from '../model/stages.ts';
import { removalCommand } from '../fixtures/cluster/remove-vmi.ts';
import { fairShare, reasonOf, renderReason, renderShortReasons, type Reason } from '../model/reasons.ts';
import { atMostBytes, oneLine } from '../model/text.ts';
import { vmiName } from '../model/vmi-name.ts';
import { hasMeasuredPair } from './mesh-view.ts';
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
  /** One line of at most 4 KiB, and of at most 300 characters where that cuts parentheses only; "" when the run succeeded. */
  readonly failureReason: string;
  /** The same in full. */
  readonly fullReason: string;
  /** The signal that ended the run. */
  readonly interruptedBy?: string | undefined;
}

export function verdict(record: RunRecord, outcome: Outcome): Verdict {
  const { interruptedBy, stage } = outcome;
  const failures = (inTeardown: boolean): Reason[] =>
    record.failures
      .filter((failure) => (failure.stage === 'teardown') === inTeardown)
      .map((failure) => reasonOf(failure, record.parameters?.timeoutMs));
  const interruption = interruptedBy === undefined ? [] : [[interruptionOf(outcome)]];
  // An interruption makes the stage it meets fail, and the runner complain; only teardown and report come after a failure.
  const first = stage !== 'teardown' && stage !== 'report';
  const reasons: Reason[] = [
    ...(first ? interruption : []),
    ...failures(false),
    ...(interruptedBy === undefined ? unexplained([record], outcome.errors).map((error) => [error]) : []),
    ...(stage === 'teardown' ? interruption : []),
    ...failures(true),
    ...(stage === 'report' ? interruption : []),
  ];
  if (record.leaked.length > 0 && !record.failures.some(({ stage }) => stage === 'teardown')) {
    const names = record.leaked.map((vmi) => `${vmiName(vmi)} (${removalCommand(vmi)})`);
    reasons.push([oneLine(`teardown: not seen to be gone: ${names.join(', ')}`, Infinity)]);
  }
  if (reasons.length === 0 && mainMeasurement(record)?.latency === undefined && !hasMeasuredPair(record))
    reasons.push(['the run ended without a measurement']);
  if (reasons.length === 0 && !outcome.passed) reasons.push(['the run failed without saying why']);
  return {
    succeeded: reasons.length === 0,
    failureReason: joined(renderShortReasons(reasons)),
    fullReason: reasons.map(renderReason).join(', '),
    interruptedBy,
  };
}

/** "interrupted by SIGTERM during setup" */
export function interruptionOf({ interruptedBy = 'a signal', stage }: Outcome): string {
  return `interrupted by ${interruptedBy} ${stage === undefined ? 'before the first stage' : `during ${stage}`}`;
}

/** Too long together, the long ones are cut: the reader must learn of leaked VMs, however long the text of a server before is. */
function joined(reasons: readonly string[]): string {
  const sizes = reasons.map((reason) => Buffer.byteLength(reason));
  const share = fairShare(sizes, REASON_BYTES - 2 * Math.max(0, reasons.length - 1));
  const cut = share < LEAST_BYTES ? reasons : reasons.map((reason) => atMostBytes(reason, share));
  return atMostBytes(cut.join(', '), REASON_BYTES);
}

/** Returns what the runner alone knows of: a worker that died, an error outside every stage, a malformed event. */
export function unexplained(records: readonly RunRecord[], errors: readonly string[]): string[] {
  const known = records.flatMap(({ failures }) => failures.map(({ message }) => oneLine(message, Infinity)));
  return errors
    .map((error) => oneLine(error, Infinity))
    .filter((error) => !known.some((message) => error.includes(message)));
}
