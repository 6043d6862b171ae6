/** The pod of the Job, while it is waited for, while it runs, and until it is gone. */
import { setTimeout as pause } from 'node:timers/promises';
import { list, record } from '../../fixtures/cluster/objects.ts';
import { oneLine } from '../../model/text.ts';
import type { Log } from './answer.ts';
import type { Interruption } from './interruption.ts';
import type { Kubectl } from './kubectl.ts';
import { CHECKUP_CONTAINER, type Plan } from './plan.ts';
import { podState, type PodState } from './pod-state.ts';

const POLL_MS = 500;
/** While there is a log to tell that something happens. */
const SELDOM_MS = 3000;
/** As the checkup does, it says at least this often what it waits for. */
const SPEAK_MS = 15_000;
/** For the last lines of a log after the end of its container. */
const LAST_LINES_MS = 10_000;

type Ended = NonNullable<PodState['ended']> | 'gone';

export class JobPod {
  readonly #kubectl: Kubectl;
  readonly #plan: Plan;
  readonly #interruption: Interruption;
  readonly #stop: () => Promise<void>;
  #stopping = false;

  /** `stop` is called once, when the checkup shall end before its time. */
  constructor(kubectl: Kubectl, plan: Plan, interruption: Interruption, stop: () => Promise<void>) {
    this.#kubectl = kubectl;
    this.#plan = plan;
    this.#interruption = interruption;
    this.#stop = stop;
  }

  /** The pod was asked to end. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Its name, as long as it is there. */
  async present(): Promise<string | undefined> {
    return (await this.#look())?.name;
  }

  /** Answers its name. @throws Error that says what it waited for, too long or until it was interrupted */
  async untilStarted(limitMs: number): Promise<string> {
    const start = Date.now();
    let [said, saidAt] = ['', 0];
    for (;;) {
      const by = this.#interruption.by();
      if (by !== undefined) await this.#stopOnce();
      const seen = await this.#look();
      if (seen?.started) {
        console.log(`Pod ${seen.name} runs the checkup:`);
        return seen.name;
      }
      const waitingFor = seen?.waitingFor ?? (await this.#whyNoPod());
      const waited = Date.now() - start;
      const now = `waited ${Math.round(waited / 1000)}s for ${waitingFor}`;
      // While it goes it may still start.
      if (by !== undefined && !seen) throw new Error(`interrupted by ${by} before the checkup began: ${now}`);
      if (waited > limitMs) throw new Error(`the checkup did not start: ${now}`);
      if (waitingFor !== said || Date.now() - saidAt >= SPEAK_MS) {
        console.log(`Waiting for ${waitingFor}`);
        [said, saidAt] = [waitingFor, Date.now()];
      }
      await this.#rest(POLL_MS);
    }
  }

  /** Passes the log on until the checkup has ended. @throws Error when it does not end */
  async untilEnded(name: string, log: Log): Promise<Ended> {
    let stream = this.#kubectl.follow(name, CHECKUP_CONTAINER, log.reader());
    let complaint = '';
    let deadline = Date.now() + this.#plan.deadlineMs + this.#plan.graceMs;
    try {
      for (;;) {
        const seen = await this.#look();
        if (seen === undefined) return 'gone';
        if (seen.ended) {
          await Promise.race([stream.ended, pause(LAST_LINES_MS, undefined, { ref: false })]);
          return seen.ended;
        }
        if (this.#interruption.by() !== undefined && (await this.#stopOnce())) {
          deadline = Date.now() + this.#plan.graceMs + SPEAK_MS;
        }
        if (Date.now() > deadline) throw new Error(`the checkup in pod ${name} does not end`);
        const over = stream.ended.then(() => true);
        const wait = this.#rest(this.#stopping ? POLL_MS : SELDOM_MS);
        // A log that ends before its container was cut off.
        const cut = await Promise.race([over, wait.then(() => false)]);
        if (cut && !(await this.#look())?.ended) {
          const said = await stream.ended;
          if (said !== '' && said !== complaint) console.log(`warning: the log cannot be followed: ${said}`);
          complaint = said;
          await pause(POLL_MS);
          stream = this.#kubectl.follow(name, CHECKUP_CONTAINER, log.reader());
        }
      }
    } finally {
      stream.stop();
    }
  }

  /** Answers whether this was the first time. */
  async #stopOnce(): Promise<boolean> {
    if (this.#stopping) return false;
    this.#stopping = true;
    await this.#stop();
    return true;
  }

  /** An interruption ends it, the first time. */
  async #rest(ms: number): Promise<void> {
    await (this.#stopping ? pause(ms) : this.#interruption.pause(ms));
  }

  /** The newest, where there are several. */
  async #look(): Promise<PodState | undefined> {
    const found = await this.#kubectl.getPatiently(['pods', '-l', `job-name=${this.#plan.name}`]);
    const pods = list(found?.['items']).map(record);
    const [newest] = pods.sort((a, b) => created(b).localeCompare(created(a)));
    return newest && podState(newest);
  }

  /** The Job's own word, if it has one. */
  async #whyNoPod(): Promise<string> {
    const field = `involvedObject.kind=Job,involvedObject.name=${this.#plan.name}`;
    const { status, stdout } = await this.#kubectl.run(['get', 'events', '--field-selector', field, '-o', 'json']);
    const events = status === 0 ? list(record(JSON.parse(stdout))['items']).map(record) : [];
    const refused = events.findLast(({ type }) => type === 'Warning');
    return `the Job's pod${refused ? `: ${oneLine(String(refused['message']), 500)}` : ''}`;
  }
}

function created(pod: ReturnType<typeof record>): string {
  return String(record(pod['metadata'])['creationTimestamp']);
}
