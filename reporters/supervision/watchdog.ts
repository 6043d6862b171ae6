// SPDX-License-Identifier: Apache-2.0
/** Watchdog timers: for a worker that does not end after a signal, for a stuck worker, and for the process itself. */
import {
  INTERRUPTED_RESULTS_MS,
  INTERRUPTED_TEARDOWN_BUDGET_MS,
  TEARDOWN_BUDGET_MS,
  teardownGrowthMs,
} from '../../model/stages.ts';

/** Grace period of a worker after a signal. Afterwards this process deletes its VMs and writes the results. */
const WORKER_GRACE_MS = INTERRUPTED_TEARDOWN_BUDGET_MS + 1000;
/** When the process exits in any case. */
const EXIT_DEADLINE_MS = INTERRUPTED_RESULTS_MS - 200;
/** Beyond spec.timeout and teardown: a worker that keeps neither is stuck. */
const STUCK_SLACK_MS = 45_000;
/** Node's timers hold no more: a longer delay would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Starts both timers for the teardown of `vms`; call it when a signal arrives. Neither keeps the process alive. */
export function startSignalTimers(vms: number, lastResort: () => void, backstop: () => void): void {
  setTimeout(lastResort, WORKER_GRACE_MS + teardownGrowthMs(vms)).unref();
  setTimeout(backstop, EXIT_DEADLINE_MS + teardownGrowthMs(vms)).unref();
}

/**
 * Calls `act` when a worker whose run may take `timeoutMs` must have ended long since. Returns a function that cancels the watchdog.
 * @param vms the number of VMs to delete, which is known later.
 */
export function startWorkerWatchdog(timeoutMs: number, vms: () => number, act: () => void): () => void {
  const actLater = (): void => {
    timer = setTimeout(act, teardownGrowthMs(vms())).unref();
  };
  const ms = Math.min(timeoutMs + TEARDOWN_BUDGET_MS + STUCK_SLACK_MS, LONGEST_TIMER_MS);
  let timer = setTimeout(actLater, ms).unref();
  return () => {
    clearTimeout(timer);
  };
}

/** Sends a signal to the worker. SIGTERM limits its teardown to the time after a signal, also if the runner receives none. */
export function signalWorker(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
