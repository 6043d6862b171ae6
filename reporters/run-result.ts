/** The result of a run: its verdict, and that of each network. */
import { renderNetwork } from '../model/parameters.ts';
import { lossPercent } from '../model/sample.ts';
import { atMostBytes, oneLine } from '../model/text.ts';
import { mainMeasurement, type RunRecord } from './record.ts';
import { interruptionOf, verdict, type Outcome, type Verdict } from './verdict.ts';

export interface NetworkResult {
  readonly record: RunRecord;
  readonly verdict: Verdict;
  /** Whether its check began. */
  readonly began: boolean;
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

const NOT_MEASURED = 'not measured: the run ended before';

/** @param records from foldNetworks. */
export function runResult(records: readonly RunRecord[], outcome: Outcome): RunResult {
  const [first, ...others] = records;
  if (first === undefined) throw new RangeError('a run has at least one record');
  if (others.length === 0) {
    const only = verdict(first, outcome);
    return { verdict: only, networks: [{ record: first, verdict: only, began: true }] };
  }
  const networks = [networkResult(first), ...others.map(networkResult)] as const;
  return { verdict: combined(networks, outcome), networks };
}

function networkResult(record: RunRecord): NetworkResult {
  const began = record.hasBegun;
  if (began) {
    const own: Outcome = { passed: true, interruptedBy: undefined, stage: undefined, errors: [] };
    return { record, began, verdict: verdict(record, own) };
  }
  return { record, began, verdict: { succeeded: false, failureReason: NOT_MEASURED, fullReason: NOT_MEASURED } };
}

function combined(networks: readonly NetworkResult[], outcome: Outcome): Verdict {
  const { interruptedBy } = outcome;
  const failed = networks.filter((network) => !network.verdict.succeeded);
  const unexplained = interruptedBy === undefined && failed.length === 0 && !outcome.passed;
  const clauses = [
    ...(interruptedBy === undefined ? [] : [interruptionOf(outcome)]),
    ...failed.map(({ record, verdict: { failureReason } }) => `${nameOf(record)}: ${failureReason}`),
    ...(unexplained ? [outcome.errors.join(', ') || 'the run failed without saying why'] : []),
  ];
  const full = [
    ...(interruptedBy === undefined ? [] : [interruptionOf(outcome)]),
    ...failed.map(({ record, verdict: { fullReason } }) => `${nameOf(record)}: ${fullReason}`),
    ...(unexplained ? [outcome.errors.join(', ') || 'the run failed without saying why'] : []),
  ];
  return {
    succeeded: clauses.length === 0,
    failureReason: joined(clauses),
    fullReason: full.join(', '),
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
function rankOf({ record, verdict: { succeeded }, began }: NetworkResult): number {
  if (succeeded) return 0;
  if (!began) return 1;
  return mainMeasurement(record)?.latency === undefined ? 3 : 2;
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
