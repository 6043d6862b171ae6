// SPDX-License-Identifier: Apache-2.0
/** The end of a run: deletes leaked VMIs, makes the verdict, and writes it to the ConfigMap. */
import type { Cluster, ClusterOptions } from '../fixtures/cluster/cluster.ts';
import { openCluster } from '../fixtures/cluster/open-cluster.ts';
import { removeVmis } from '../fixtures/cluster/remove-vmi.ts';
import { messageOf } from '../model/errors.ts';
import type { ClaimedConfigMap } from '../model/events.ts';
import type { Stage } from '../model/stages.ts';
import { INTERRUPTED_RESULTS_MS, teardownGrowthMs } from '../model/stages.ts';
import { oneLine } from '../model/text.ts';
import { writeClaim, writeStatus } from './config-map.ts';
import { Countdown } from './supervision/countdown.ts';
import { interruptedBy } from './supervision/interruption.ts';
import { renderStage } from './progress.ts';
import { renderHistoryRuns } from './history.ts';
import { foldEvent, type RunRecord } from './record.ts';
import { runResult, type RunResult } from './run-result.ts';
import { renderClaim, renderRunStatus } from './views/configmap.ts';
import type { Outcome, Verdict } from './verdict.ts';

/** Budgets for deleting two leaked VMIs and for writing the results; a signal shortens both. */
const LEFTOVERS_MS = 30_000;
const LEFTOVERS_INTERRUPTED_MS = INTERRUPTED_RESULTS_MS - 2000;
const WRITING_MS = 40_000;
const WRITING_INTERRUPTED_MS = INTERRUPTED_RESULTS_MS - 500;
/** One request, where seconds count. */
const REQUEST_LIMIT_MS = 4000;

function logWarning(message: string): void {
  console.log(`  warning: ${oneLine(message)}`);
}

async function clusterUntil({ signal }: Countdown): Promise<{ cluster: Cluster; waiting: ClusterOptions['waiting'] }> {
  const waiting = { signal, report: () => undefined };
  return { cluster: await openCluster({ log: logWarning, waiting, limitMs: REQUEST_LIMIT_MS }), waiting };
}

/**
 * Deletes the VMIs of a worker that was killed. A worker whose own teardown failed has reported that.
 * @param vms the number of VMs of the guest set, for the budgets.
 */
export async function removeLeakedVmis(records: readonly RunRecord[], vms: number): Promise<readonly RunRecord[]> {
  const leaked = records
    .filter(({ failures }) => !failures.some(({ stage }) => stage === 'teardown'))
    .flatMap((record) => record.leaked);
  if (leaked.length === 0) return records;
  console.log('  ...    teardown, in place of the worker');
  const growthMs = teardownGrowthMs(vms);
  const countdown = new Countdown(LEFTOVERS_MS + growthMs, LEFTOVERS_INTERRUPTED_MS + growthMs);
  const begun = performance.now();
  try {
    const { cluster, waiting } = await clusterUntil(countdown);
    const limit = { left: countdown.left, code: 'TeardownFailed' } as const;
    const removals = await removeVmis(cluster, waiting, leaked, limit);
    const removed = leaked.filter((_, index) => {
      const removal = removals[index];
      if (removal?.status === 'fulfilled') return true;
      logWarning(messageOf(removal?.reason));
      return false;
    });
    console.log(renderStage('teardown', removed.length === leaked.length, performance.now() - begun));
    return records.map((record) => removed.reduce((rest, vmi) => foldEvent(rest, { type: 'removed', vmi }), record));
  } catch (error) {
    logWarning(`what was created could not be removed: ${messageOf(error)}`);
    return records;
  } finally {
    countdown.stop();
  }
}

export interface Facts extends Omit<Outcome, 'interruptedBy' | 'stage'> {
  /** What went on when the signal came, as far as one has come. */
  readonly stage: () => Stage | 'report' | undefined;
  /** The runner says that it was interrupted, though no signal is known. */
  readonly interrupted: boolean;
  /** The number of VMs of the guest set, for the budgets. */
  readonly vms: number;
}

/** The result as it was written, and when. */
export interface WrittenResults {
  readonly result: RunResult;
  /** `status.completionTimestamp` */
  readonly completed: Date;
  readonly interruptedBy: string | undefined;
  /** Of the write. */
  readonly warnings?: readonly string[];
  /** The status keys in the ConfigMap; absent if they could not be written. */
  readonly configMapData?: Readonly<Record<string, string>>;
}

/** Writes the results, and writes them again when a signal arrived meanwhile. Returns the results that the ConfigMap contains. */
export async function writeResults(records: readonly RunRecord[], facts: Facts): Promise<WrittenResults> {
  const countdown = new Countdown(WRITING_MS, WRITING_INTERRUPTED_MS + teardownGrowthMs(facts.vms));
  const place: Place = {};
  try {
    for (;;) {
      const signal = interruptedBy();
      const interruption = signal ?? (facts.interrupted ? 'SIGINT' : undefined);
      const decision = runResult(records, { ...facts, interruptedBy: interruption, stage: facts.stage() });
      const written = await writeResult(decision, countdown, place);
      if (interruptedBy() === signal) return { ...written, interruptedBy: interruption };
    }
  } finally {
    countdown.stop();
  }
}

/** The claimed ConfigMap, once it is known. */
interface Place {
  claim?: ClaimedConfigMap | undefined;
}

/** The result as it stands once it is written: a failed write fails the run. */
async function writeResult(
  result: RunResult,
  countdown: Countdown,
  place: Place,
): Promise<Omit<WrittenResults, 'interruptedBy'>> {
  try {
    const { cluster } = await clusterUntil(countdown);
    place.claim ??= await writeClaim(cluster, result.networks[0].record);
    if (place.claim === undefined) return { result, completed: new Date() };
    const { runId } = place.claim;
    let historyWarning: string | undefined;
    const completed = await writeStatus(cluster, place.claim, (now, data) => {
      const status = renderRunStatus(result, now);
      const { key, warning } = renderHistoryRuns(result, { runId, completed: now }, data, status);
      historyWarning = warning;
      return { ...status, ...key };
    });
    if (historyWarning !== undefined) logWarning(historyWarning);
    const configMapData = { ...renderClaim(place.claim), ...renderRunStatus(result, completed) };
    return { result, completed, configMapData, ...(historyWarning !== undefined && { warnings: [historyWarning] }) };
  } catch (error) {
    const reason = oneLine(messageOf(error));
    const completed = new Date();
    if (result.verdict.succeeded) {
      const failed: Verdict = { succeeded: false, failureReason: reason, fullReason: reason };
      return { result: withVerdict(result, failed), completed };
    }
    logWarning(`the results are only in this output: ${reason}`);
    return { result, completed };
  }
}

/** A run on one network has one verdict. */
function withVerdict({ networks }: RunResult, verdict: Verdict): RunResult {
  const [only, ...others] = networks;
  return { verdict, networks: others.length === 0 ? [{ ...only, verdict }] : networks };
}
