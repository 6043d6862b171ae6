// SPDX-License-Identifier: Apache-2.0
/** Waits for the Job's pod to start, follows it until the checkup ends, and reads its state while it is removed. */
import { list, record, strings } from '../fixtures/cluster/objects.ts';
import { oneLine } from '../model/text.ts';
import { STATUS_KEYS } from '../model/status-keys.ts';
import { renderWaitLine } from '../model/wait-report.ts';
import { renderStage } from '../reporters/progress.ts';
import { isLastLine } from '../reporters/views/summary.ts';
import type { Log } from './checkup-result.ts';
import type { Interruption } from './interruption.ts';
import { FollowedLog } from './followed-log.ts';
import type { Kubectl } from './kubectl.ts';
import type { Plan } from './plan.ts';
import { podState, type PodEnd, type PodState } from './pod-state.ts';

/** The line of the pod's start, which precedes the stages of the checkup. */
const STAGE = 'pod';
const POLL_MS = 500;
/** Poll interval while the checkup runs and its log is followed. */
const SLOW_POLL_MS = 3000;
/** A wait is printed at least this often, as in the checkup itself. */
const PROGRESS_INTERVAL_MS = 15_000;
/** Time for the container to end after the checkup's last line. */
const LAST_LINES_MS = 10_000;
/** If the log cannot be read: time for the checkup to write its reports after the result is in the ConfigMap. */
const REPORTS_MS = 5000;
/** After this many reads in a row without new data the container has ended, even if the status of its terminating pod does not show it. */
const MAX_EMPTY_READS = 2;
/** Time for the kubelet to update the pod's status or to end the pod, after the grace period. */
const KUBELET_MS = 15_000;

export interface CheckupEnd extends PodEnd {
  /** Names of other containers that still run in the pod. The Job does not complete until they end. */
  sidecars: string[];
}

export class JobPod {
  readonly #kubectl: Kubectl;
  readonly #plan: Plan;
  readonly #interruption: Interruption;
  readonly #stop: () => Promise<void>;
  #stopping = false;
  #deletedByOthers = false;

  /** @param stop ends the checkup early. It is called at most once, after an interruption. */
  constructor(kubectl: Kubectl, plan: Plan, interruption: Interruption, stop: () => Promise<void>) {
    this.#kubectl = kubectl;
    this.#plan = plan;
    this.#interruption = interruption;
    this.#stop = stop;
  }

  /** Returns the state of the Job's newest pod; undefined if the Job has no pod. */
  async readState(): Promise<PodState | undefined> {
    const wanted = ['pods', '-l', `job-name=${this.#plan.name}`];
    const found = await this.#kubectl.getWithRetry(wanted, () => !this.#interruption.isUrgent());
    const pods = list(found?.['items']).map(record);
    const [newest] = pods.sort((a, b) => created(b).localeCompare(created(a)));
    return newest && podState(newest);
  }

  /**
   * Waits until the checkup has started or ended, and returns the pod's name.
   * @throws Error with what it waited for, at the time limit or after an interruption
   */
  async waitUntilStarted(limitMs: number): Promise<string> {
    const start = Date.now();
    let printed = { what: '', at: 0, since: 0 };
    console.log(`  ...    ${STAGE}`);
    for (;;) {
      const by = this.#interruption.by();
      if (by !== undefined) await this.#stopOnce();
      const seen = await this.readState();
      if (seen?.started || seen?.ended) {
        console.log(renderStage(STAGE, true, Date.now() - start, [seen.name]));
        return seen.name;
      }
      const waitingFor = seen?.waitingFor ?? (await this.#whyNoPod());
      const waited = Date.now() - start;
      const now = `waited ${Math.round(waited / 1000)}s for ${waitingFor}`;
      // A terminating pod may still start the checkup, so the first signal does not end the wait for it.
      if (by !== undefined && (!seen || this.#interruption.isUrgent())) {
        throw new Error(`interrupted by ${by} before the checkup began: ${now}`);
      }
      if (waited > limitMs) {
        if (seen?.unpulledImage !== undefined) console.log(renderPullSteps(seen.unpulledImage));
        throw new Error(`the checkup did not start: ${now}`);
      }
      const still = waitingFor === printed.what;
      if (!still || Date.now() - printed.at >= PROGRESS_INTERVAL_MS) {
        printed = { what: waitingFor, at: Date.now(), since: still ? printed.since : Date.now() };
        const [what = '', ...state] = waitingFor.split(': ');
        const wait = { what, seen: state.join(': ') || 'nothing yet', unchangedMs: printed.at - printed.since, still };
        console.log(renderWaitLine(STAGE, waited, wait));
      }
      await this.#interruption.sleep(POLL_MS);
    }
  }

  /**
   * Prints the log until the checkup has ended. Pod status, log and ConfigMap can each show the end; none of them always does.
   * Returns undefined if the pod no longer exists. @throws Error if the checkup does not end in time, or the user does not want to wait
   */
  async waitUntilEnded(name: string, log: Log): Promise<CheckupEnd | undefined> {
    const followed = new FollowedLog(this.#kubectl, name, log);
    let deadline = Date.now() + this.#plan.deadlineMs + this.#plan.graceMs;
    let [lastLineAt, completedAt, saidAt] = [Infinity, Infinity, Date.now()];
    let deleted = false;
    try {
      for (;;) {
        const seen = await this.#readAndWarn();
        if (seen === undefined || seen.ended) {
          await followed.finish();
          return seen?.ended && { ...seen.ended, sidecars: seen.sidecars };
        }
        const end = { exitCode: undefined, reason: 'by its log', sidecars: seen.sidecars };
        if (this.#interruption.isUrgent()) throw new Error(`not waited for pod ${name}: ${seen.summary}`);
        if (this.#interruption.by() !== undefined) await this.#stopOnce();
        if (seen.deletionGraceMs !== undefined && !deleted) {
          deleted = true;
          deadline = Math.min(deadline, Date.now() + seen.deletionGraceMs + KUBELET_MS);
        }
        const said = isLastLine(log.lastLine);
        lastLineAt = said ? Math.min(lastLineAt, Date.now()) : Infinity;
        if (Date.now() - lastLineAt > LAST_LINES_MS) return end;
        if (deleted && followed.emptyReads >= MAX_EMPTY_READS) return end;
        const { complaint } = followed;
        if (complaint !== '' && (await this.#completed())) completedAt = Math.min(completedAt, Date.now());
        if (Date.now() - completedAt > REPORTS_MS) return { ...end, reason: 'by its ConfigMap' };
        if (Date.now() > deadline) {
          const why = complaint === '' ? '' : `; its log: ${complaint}`;
          throw new Error(`the checkup in pod ${name} does not end: ${seen.summary}${why}`);
        }
        if (complaint !== '' && Date.now() - saidAt >= PROGRESS_INTERVAL_MS) {
          console.log(`Waiting for the checkup in pod ${name}: ${seen.summary}`);
          saidAt = Date.now();
        }
        const timeout = this.#interruption.sleep(deleted || said ? POLL_MS : SLOW_POLL_MS, { keepsProcess: false });
        // A complete log shows that the container has ended, even if the pod's status does not show it yet.
        if (await followed.waitForEnd(timeout)) return await this.#endAfterLog(name, end);
      }
    } finally {
      followed.stop();
    }
  }

  /** Returns the pod's state. Prints a warning once if the pod is being deleted and this command did not delete it. */
  async #readAndWarn(): Promise<PodState | undefined> {
    const seen = await this.readState();
    if (seen?.deletionGraceMs !== undefined && !this.#stopping && !this.#deletedByOthers) {
      this.#deletedByOthers = true;
      console.log(`warning: pod ${seen.name} is being deleted by another client`);
    }
    return seen;
  }

  /** Returns the end with its exit code if the pod's status shows it within 15 s; otherwise `end`. */
  async #endAfterLog(name: string, end: CheckupEnd): Promise<CheckupEnd> {
    const deadline = Date.now() + KUBELET_MS;
    for (;;) {
      const seen = await this.#readAndWarn();
      if (seen?.name === name && seen.ended) return { ...seen.ended, sidecars: seen.sidecars };
      // The status of a terminating pod does not change until all containers have ended.
      if (seen?.deletionGraceMs !== undefined || seen === undefined || Date.now() > deadline) return end;
      await this.#interruption.sleep(POLL_MS);
    }
  }

  async #completed(): Promise<boolean> {
    const configMap = await this.#kubectl.get(['configmap', this.#plan.name]).catch(() => undefined);
    return strings(configMap?.['data'])[STATUS_KEYS.completionTimestamp] !== undefined;
  }

  async #stopOnce(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#stop();
  }

  /** Returns why the Job has no pod yet, from its events. @throws Error if the Job failed or was deleted */
  async #whyNoPod(): Promise<string> {
    if (!this.#stopping) {
      const job = await this.#kubectl.getWithRetry(['job', this.#plan.name], () => !this.#interruption.isUrgent());
      if (job === undefined)
        throw new Error(`job/${this.#plan.name} was deleted by another client before the checkup began`);
      const failed = list(record(job['status'])['conditions'])
        .map(strings)
        .find(({ type }) => type === 'Failed');
      if (failed?.['status'] === 'True') {
        const why = [failed['reason'], failed['message']].filter(Boolean).join(': ');
        throw new Error(`job/${this.#plan.name} failed before the checkup began: ${oneLine(why, 500)}`);
      }
    }
    const field = `involvedObject.kind=Job,involvedObject.name=${this.#plan.name}`;
    const found = await this.#kubectl.get(['events', '--field-selector', field]).catch(() => undefined);
    const events = list(found?.['items']).map(record);
    const refused = events.findLast(({ type }) => type === 'Warning');
    return `the Job's pod${refused ? `: ${oneLine(String(refused['message']), 500)}` : ''}`;
  }
}

function renderPullSteps(image: string): string {
  return [
    'What to do next:',
    `  - Check that image ${image} exists (--image)`,
    '  - Check that the nodes can reach its registry',
    '  - If the registry requires a login, create a Secret and set --image-pull-secret NAME (docs/cluster.md)',
    '  - If the pull takes long, set a longer --start-timeout',
  ].join('\n');
}

function created(pod: ReturnType<typeof record>): string {
  return String(record(pod['metadata'])['creationTimestamp']);
}
