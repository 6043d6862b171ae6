/** The pod of the Job: waits for its start, follows it, and waits for its deletion. */
import { list, record, strings } from '../fixtures/cluster/objects.ts';
import { oneLine } from '../model/text.ts';
import { STATUS_KEYS } from '../model/status-keys.ts';
import { isLastLine, type Log } from './checkup-result.ts';
import type { Interruption } from './interruption.ts';
import { FollowedLog } from './followed-log.ts';
import type { Kubectl } from './kubectl.ts';
import type { Plan } from './plan.ts';
import { podState, type PodEnd, type PodState } from './pod-state.ts';

const POLL_MS = 500;
/** Poll interval while the log has new lines. */
const SLOW_POLL_MS = 3000;
/** Like the checkup, the command prints at least this often what it waits for. */
const PROGRESS_INTERVAL_MS = 15_000;
/** Limit for the end of a container after its last line. */
const LAST_LINES_MS = 10_000;
/** Limit for the reports of a checkup whose result is written and whose log cannot be read. */
const REPORTS_MS = 5000;
/** If the log ends this often without a new line, the container has ended, even if the pod's status does not show it. */
const EMPTY_ENDS = 2;
/** Limit for the kubelet, in addition to a grace period. */
const KUBELET_MS = 15_000;

export interface CheckupEnd extends PodEnd {
  /** Other containers that run in the pod and prevent the Job from completing. */
  sidecars: string[];
}

export class JobPod {
  readonly #kubectl: Kubectl;
  readonly #plan: Plan;
  readonly #interruption: Interruption;
  readonly #stop: () => Promise<void>;
  #stopping = false;
  /** Whether another client deleted the pod. */
  #deleted = false;

  /** @param stop is called once, to end the checkup early. */
  constructor(kubectl: Kubectl, plan: Plan, interruption: Interruption, stop: () => Promise<void>) {
    this.#kubectl = kubectl;
    this.#plan = plan;
    this.#interruption = interruption;
    this.#stop = stop;
  }

  /** Returns the newest pod of the Job; undefined if there is none. */
  async readState(): Promise<PodState | undefined> {
    const wanted = ['pods', '-l', `job-name=${this.#plan.name}`];
    const found = await this.#kubectl.getPatiently(wanted, () => !this.#interruption.isHurried());
    const pods = list(found?.['items']).map(record);
    const [newest] = pods.sort((a, b) => created(b).localeCompare(created(a)));
    return newest && podState(newest);
  }

  /** Returns its name. @throws Error that says what it waited for, too long or until it was interrupted */
  async waitUntilStarted(limitMs: number): Promise<string> {
    const start = Date.now();
    let [said, saidAt] = ['', 0];
    for (;;) {
      const by = this.#interruption.by();
      if (by !== undefined) await this.#stopOnce();
      const seen = await this.readState();
      if (seen?.started || seen?.ended) {
        if (seen.started) console.log(`Pod ${seen.name} runs the checkup:`);
        return seen.name;
      }
      const waitingFor = seen?.waitingFor ?? (await this.#whyNoPod());
      const waited = Date.now() - start;
      const now = `waited ${Math.round(waited / 1000)}s for ${waitingFor}`;
      // A terminating pod can still start its containers.
      if (by !== undefined && (!seen || this.#interruption.isHurried())) {
        throw new Error(`interrupted by ${by} before the checkup began: ${now}`);
      }
      if (waited > limitMs) throw new Error(`the checkup did not start: ${now}`);
      if (waitingFor !== said || Date.now() - saidAt >= PROGRESS_INTERVAL_MS) {
        console.log(`Waiting for ${waitingFor}`);
        [said, saidAt] = [waitingFor, Date.now()];
      }
      await this.#interruption.sleep(POLL_MS);
    }
  }

  /**
   * Prints the log until the checkup has ended according to the pod's status, the log or the ConfigMap: none of them is reliable alone.
   * Returns undefined if the pod was deleted. @throws Error if the checkup does not end
   */
  async waitUntilEnded(name: string, log: Log): Promise<CheckupEnd | undefined> {
    const followed = new FollowedLog(this.#kubectl, name, log);
    let deadline = Date.now() + this.#plan.deadlineMs + this.#plan.graceMs;
    let [lastLineAt, completedAt, saidAt] = [Infinity, Infinity, Date.now()];
    let deleted = false;
    try {
      for (;;) {
        const seen = await this.#watch();
        if (seen === undefined || seen.ended) {
          await followed.finish();
          return seen?.ended && { ...seen.ended, sidecars: seen.sidecars };
        }
        const end = { exitCode: undefined, reason: 'by its log', sidecars: seen.sidecars };
        if (this.#interruption.isHurried()) throw new Error(`not waited for pod ${name}: ${seen.summary}`);
        if (this.#interruption.by() !== undefined) await this.#stopOnce();
        if (seen.deletedWithMs !== undefined && !deleted) {
          deleted = true;
          deadline = Math.min(deadline, Date.now() + seen.deletedWithMs + KUBELET_MS);
        }
        const said = isLastLine(log.lastLine);
        lastLineAt = said ? Math.min(lastLineAt, Date.now()) : Infinity;
        if (Date.now() - lastLineAt > LAST_LINES_MS) return end;
        if (deleted && followed.emptyEnds >= EMPTY_ENDS) return end;
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
        const rest = this.#interruption.sleep(deleted || said ? POLL_MS : SLOW_POLL_MS, 'aside');
        // The log ends with its container, even if the pod's status is not updated.
        if (await followed.waitForEnd(rest)) return await this.#endAfterLog(name, end);
      }
    } finally {
      followed.stop();
    }
  }

  /** Reads the pod's state, and warns if another client is deleting the pod. */
  async #watch(): Promise<PodState | undefined> {
    const seen = await this.readState();
    if (seen?.deletedWithMs !== undefined && !this.#stopping && !this.#deleted) {
      this.#deleted = true;
      console.log(`warning: pod ${seen.name} is being deleted by somebody else`);
    }
    return seen;
  }

  /** Adds the exit status, if the pod's status contains it within the limit. */
  async #endAfterLog(name: string, end: CheckupEnd): Promise<CheckupEnd> {
    const deadline = Date.now() + KUBELET_MS;
    for (;;) {
      const seen = await this.#watch();
      if (seen?.name === name && seen.ended) return { ...seen.ended, sidecars: seen.sidecars };
      // The status of a terminating pod is not updated until all containers have ended.
      if (seen?.deletedWithMs !== undefined || seen === undefined || Date.now() > deadline) return end;
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

  /** Returns the reason in the status of the Job. @throws Error for a Job that will create no more pods */
  async #whyNoPod(): Promise<string> {
    if (!this.#stopping) {
      const job = await this.#kubectl.getPatiently(['job', this.#plan.name], () => !this.#interruption.isHurried());
      if (job === undefined)
        throw new Error(`job/${this.#plan.name} was deleted by somebody else before the checkup began`);
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

function created(pod: ReturnType<typeof record>): string {
  return String(record(pod['metadata'])['creationTimestamp']);
}
