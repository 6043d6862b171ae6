// SPDX-License-Identifier: Apache-2.0
/** The result of a run: its verdict, and that of each network. */
import type { ErrorCode } from '../model/errors.ts';
import type { Latency } from '../model/latency.ts';
import { renderNetwork } from '../model/parameters.ts';
import { lossPercent } from '../model/sample.ts';
import { atMostBytes, oneLine } from '../model/text.ts';
import { mainMeasurement, type RunRecord } from './record.ts';
import { interruptionOf, unexplained, verdict, type Outcome, type Verdict } from './verdict.ts';

export interface NetworkResult {
  readonly record: RunRecord;
  readonly verdict: Verdict;
  /** Whether its check began. */
  readonly began: boolean;
  /** Code of its first failure, or of what ended the run before its measurement; undefined for errors of the runner. */
  readonly code?: ErrorCode | undefined;
}

export interface RunResult {
  readonly verdict: Verdict;
  /** In the order of the input; one if the networks are not known. */
  readonly networks: readonly [NetworkResult, ...NetworkResult[]];
}

/** Limit of the clause of one network, in characters. */
const CLAUSE = 300;
/** Limit of all clauses together, in bytes of UTF-8. */
const REASON_BYTES = 4096;
/** Reserved for "and 12 more". */
const MORE_BYTES = 40;

/** The outcome of a network whose failures are all in its record. */
const NO_OTHER_FAILURE: Outcome = { passed: true, interruptedBy: undefined, stage: undefined, errors: [] };

/** @param records from foldNetworks. */
export function runResult(records: readonly RunRecord[], outcome: Outcome): RunResult {
  const [first, ...others] = records;
  if (first === undefined) throw new RangeError('a run has at least one record');
  if (others.length === 0) {
    const only = verdict(first, outcome);
    return { verdict: only, networks: [{ record: first, verdict: only, began: true, code: codeOf(first, outcome) }] };
  }
  const errors = outcome.interruptedBy === undefined ? unexplained(records, outcome.errors) : [];
  const current = records.findLast(({ hasBegun }) => hasBegun);
  const isCut = current !== undefined && current.failures.length === 0 && latencyOf(current) === undefined;
  const endCode = endCodeOf(records, outcome);
  const resultOf = (record: RunRecord): NetworkResult => {
    if (!record.hasBegun) return notMeasured(record, endCode);
    const own = isCut && record === current ? { ...outcome, errors } : NO_OTHER_FAILURE;
    return { record, began: true, verdict: verdict(record, own), code: codeOf(record, own) };
  };
  const networks = [resultOf(first), ...others.map(resultOf)] as const;
  return { verdict: combined(networks, { ...outcome, errors: isCut ? [] : errors }, current), networks };
}

/** Returns what ended the run as a whole. */
function endCodeOf(records: readonly RunRecord[], { interruptedBy }: Outcome): ErrorCode | undefined {
  if (interruptedBy !== undefined) return 'Interrupted';
  return records.some(({ failures }) => failures.some(isTimeout)) ? 'TimedOut' : undefined;
}

/** The deletion of VMs has a clock of its own. */
function isTimeout({ stage, code }: RunRecord['failures'][number]): boolean {
  return code === 'TimedOut' && stage !== 'teardown';
}

/** Returns the code of the first failure, or of what ended the run before its measurement. */
export function codeOf(
  { failures }: RunRecord,
  { interruptedBy }: Pick<Outcome, 'interruptedBy'>,
): ErrorCode | undefined {
  return failures[0]?.code ?? (interruptedBy === undefined ? undefined : 'Interrupted');
}

function notMeasured(record: RunRecord, code: ErrorCode | undefined): NetworkResult {
  const ended = { Interrupted: 'the run was interrupted', TimedOut: 'the run timed out' };
  const why = code === 'Interrupted' || code === 'TimedOut' ? ended[code] : 'the run ended before';
  const reason = `not measured: ${why}`;
  return { record, began: false, verdict: { succeeded: false, failureReason: reason, fullReason: reason }, code };
}

/** @param current the network that the run ended in, or the last one. */
function combined(networks: readonly NetworkResult[], outcome: Outcome, current: RunRecord | undefined): Verdict {
  const { interruptedBy, errors } = outcome;
  const failed = networks.filter((network) => !network.verdict.succeeded);
  const interruption = interruptedBy === undefined ? undefined : interruptionOf(outcome);
  const where = current === undefined ? '' : ` of ${nameOf(current)}`;
  const isSilent = interruptedBy === undefined && failed.length === 0 && !outcome.passed && errors.length === 0;
  const ofRun = [
    ...(interruption === undefined ? [] : [interruption + where]),
    ...errors,
    ...(isSilent ? ['the run failed without saying why'] : []),
  ];
  // The network that was interrupted is part of the first clause.
  const named = failed.filter((network) => network.verdict.failureReason !== interruption);
  const clauses = named.map(({ record, verdict: { failureReason } }) => `${nameOf(record)}: ${failureReason}`);
  const full = named.map(({ record, verdict: { fullReason } }) => `${nameOf(record)}: ${fullReason}`);
  return {
    succeeded: ofRun.length === 0 && failed.length === 0,
    failureReason: joined([...ofRun, ...clauses]),
    fullReason: [...ofRun, ...full].join(', '),
    interruptedBy,
  };
}

function nameOf({ parameters }: RunRecord): string {
  return parameters === undefined ? 'unknown network' : renderNetwork(parameters);
}

/** Joins the clauses; those that do not fit are counted. */
function joined(clauses: readonly string[]): string {
  let text = '';
  for (const [index, clause] of clauses.entries()) {
    const next = `${text}${text === '' ? '' : ', '}${oneLine(clause, CLAUSE)}`;
    if (Buffer.byteLength(next) > REASON_BYTES - MORE_BYTES)
      return atMostBytes(`${text}, and ${clauses.length - index} more`, REASON_BYTES);
    text = next;
  }
  return text;
}

/** Returns the network whose values are in the keys without a network: failed before slow, then by the judged statistic. */
export function worstNetwork({ networks }: RunResult): NetworkResult {
  return networks.reduce((worst, network) => (isWorse(network, worst) ? network : worst));
}

function isWorse(a: NetworkResult, b: NetworkResult): boolean {
  const [rankA, rankB] = [rankOf(a), rankOf(b)];
  return rankA === rankB ? judgedNs(a.record) > judgedNs(b.record) : rankA > rankB;
}

/** 3: failed without numbers; 2: failed with numbers; 1: not measured; 0: succeeded. */
function rankOf({ record, verdict: { succeeded, interruptedBy }, began }: NetworkResult): number {
  if (succeeded) return 0;
  if (latencyOf(record) !== undefined) return 2;
  return began && interruptedBy === undefined ? 3 : 1;
}

function latencyOf(record: RunRecord): Latency | undefined {
  return mainMeasurement(record)?.latency;
}

/** Returns the greatest judged statistic of the routes; a lost packet is worse than any latency. */
function judgedNs({ routes, parameters }: RunRecord): number {
  const statistic = parameters?.latencyStatistic ?? 'max';
  return Math.max(
    0,
    ...routes.map(({ measurement }) => {
      if (measurement === undefined) return 0;
      const lost = Number(lossPercent(measurement)) >= 100;
      return lost ? Infinity : (measurement.latency?.[`${statistic}Ns`] ?? 0);
    }),
  );
}
