/** One checkup as a Job: from its first object to its last, whatever happens in between. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { list, record, strings } from '../../fixtures/cluster/objects.ts';
import { messageOf } from '../../model/errors.ts';
import { failedLine, isLastLine, lastLineOf, Log, printAnswer } from './answer.ts';
import { fetchArtifacts, releasePod } from './fetch-artifacts.ts';
import type { Interruption } from './interruption.ts';
import { JobPod } from './job-pod.ts';
import { keptVms } from './kept-vms.ts';
import type { Kubectl } from './kubectl.ts';
import type { Options } from './options.ts';
import { nameOf, Permissions } from './permissions.ts';
import { MADE_BY, objectsOf, renderYaml, type Plan } from './plan.ts';

const SKIP_TEARDOWN = 'spec.param.skipTeardown';
/** For the Job to notice that its pod has ended. */
const VERDICT_LIMIT_MS = 60_000;
const POLL_MS = 500;

type Verdict = 'Complete' | 'Failed' | 'unknown';

export class JobRun {
  readonly #kubectl: Kubectl;
  readonly #plan: Plan;
  readonly #options: Options;
  readonly #interruption: Interruption;
  readonly #permissions: Permissions;
  readonly #pod: JobPod;
  readonly #log = new Log();
  #verdict: Verdict = 'unknown';
  /** Why there was no checkup, or no end of it. */
  #problem: string | undefined;
  /** The last line as the ConfigMap has it. */
  #written: string | undefined;
  readonly #left: string[] = [];

  constructor(kubectl: Kubectl, plan: Plan, options: Options, interruption: Interruption) {
    this.#kubectl = kubectl;
    this.#plan = plan;
    this.#options = options;
    this.#interruption = interruption;
    this.#permissions = new Permissions(kubectl);
    this.#pod = new JobPod(kubectl, plan, interruption, () => this.#deleteJob());
  }

  /** Answers the exit status. */
  async run(): Promise<number> {
    console.log(['Applying', ...objectsOf(this.#plan, false).map(nameOf)].join('\n  '));
    try {
      if (await this.#apply()) await this.#follow();
    } catch (error) {
      this.#problem = messageOf(error);
    }
    try {
      this.#written = lastLineOf(await printAnswer(this.#kubectl, this.#plan.name));
      await this.#cleanUp();
    } catch (error) {
      this.#left.push(messageOf(error));
    }
    for (const left of this.#left) console.log(`warning: not cleaned up: ${left}`);
    return this.#conclude();
  }

  /** Whether there is a Job then. The ConfigMap comes first: it tells other runs that this one is there. */
  async #apply(): Promise<boolean> {
    await this.#kubectl.ok(['create', '-f', '-'], renderYaml([this.#plan.configMap]));
    if (this.#interruption.by() !== undefined) return false;
    await this.#permissions.apply(this.#plan);
    if (this.#interruption.by() !== undefined) return false;
    await this.#kubectl.ok(['create', '-f', '-'], renderYaml([this.#plan.job]));
    return true;
  }

  async #follow(): Promise<void> {
    const name = await this.#pod.untilStarted(this.#options.startTimeoutMs);
    const ended = await this.#pod.untilEnded(name, this.#log);
    if (ended === 'gone') throw new Error(`pod ${name} was removed before the checkup could end`);
    if (!isLastLine(this.#log.lastLine)) {
      this.#problem = `the checkup's container ended with exit status ${ended.exitCode} (${ended.reason})`;
    }
    const directory = path.join(this.#options.artifacts, this.#plan.name);
    await fetchArtifacts(this.#kubectl, name, directory);
    await releasePod(this.#kubectl, name);
    if (!this.#pod.stopping) this.#verdict = await this.#untilVerdict();
  }

  async #untilVerdict(): Promise<Verdict> {
    const deadline = Date.now() + VERDICT_LIMIT_MS;
    while (Date.now() < deadline) {
      const job = await this.#kubectl.getPatiently(['job', this.#plan.name]);
      const conditions = list(record(job?.['status'])['conditions']).map(strings);
      for (const verdict of ['Complete', 'Failed'] as const) {
        if (conditions.some(({ type, status }) => type === verdict && status === 'True')) return verdict;
      }
      await pause(POLL_MS);
    }
    throw new Error(
      `Job ${this.#plan.name} is neither Complete nor Failed ${VERDICT_LIMIT_MS / 1000}s after its checkup ended`,
    );
  }

  async #cleanUp(): Promise<void> {
    const { name } = this.#plan;
    if (this.#options.keep) {
      const made = Object.entries(MADE_BY).map(([key, value]) => `${key}=${value}`);
      console.log('Kept. What this command made in the namespace, and its permissions, are removed by');
      console.log(
        `  ${this.#kubectl.command('delete', 'job,configmap,rolebinding,role,serviceaccount', '-l', ...made)}`,
      );
      console.log(`  ${this.#kubectl.command('delete', 'clusterrolebinding,clusterrole', '-l', ...made)}`);
      return;
    }
    const vms = this.#keepsVms() ? await keptVms(this.#kubectl, name) : [];
    // Where they cannot be seen they may be there.
    const jobStays = vms === undefined || vms.length > 0;
    if (jobStays) this.#sayThatJobStays(vms);
    else await this.#removeJob();
    const { status, stderr } = await this.#kubectl.run(['delete', 'configmap', name, '--ignore-not-found']);
    if (status !== 0) this.#left.push(`configmap/${name}: ${stderr}`);
    this.#left.push(...(await this.#permissions.remove(`${this.#kubectl.namespace}/${name}`)));
    const but = jobStays ? `, but for job/${name}` : '';
    if (this.#left.length === 0) console.log(`Removed what was applied${but}.`);
  }

  #sayThatJobStays(vms: readonly string[] | undefined): void {
    const { name } = this.#plan;
    const which = vms?.join(', ') ?? 'VMs that cannot be listed, but may be there,';
    const removal = this.#kubectl.command('delete', `job/${name}`);
    console.log(
      `Not removed: job/${name}, with whose pod ${which} will go (${SKIP_TEARDOWN}). Once you have looked at them: ${removal}`,
    );
  }

  /** VMs belong to the pod. Who interrupts has seen enough of them. */
  #keepsVms(): boolean {
    const kept = this.#options.data[SKIP_TEARDOWN];
    if (this.#interruption.by() !== undefined) return false;
    return kept === 'always' || (kept === 'onfailure' && this.#verdict !== 'Complete');
  }

  /** The Job goes at once, its pod in its own time. */
  async #deleteJob(): Promise<void> {
    const how = ['--cascade=background', '--wait=false', '--ignore-not-found'];
    const { status, stderr } = await this.#kubectl.run(['delete', 'job', this.#plan.name, ...how]);
    if (status !== 0) throw new Error(`job/${this.#plan.name} could not be deleted: ${stderr}`);
  }

  async #removeJob(): Promise<void> {
    await this.#deleteJob();
    const deadline = Date.now() + this.#plan.graceMs + VERDICT_LIMIT_MS;
    let released = false;
    for (let name = await this.#pod.present(); name !== undefined; name = await this.#pod.present()) {
      // After whatever went wrong nobody else may have told it.
      if (!released) await releasePod(this.#kubectl, name);
      released = true;
      if (Date.now() > deadline) throw new Error(`the pod of job/${this.#plan.name} does not go away`);
      await pause(POLL_MS);
    }
  }

  #conclude(): number {
    const by = this.#interruption.by();
    const said = isLastLine(this.#log.lastLine) ? this.#log.lastLine : this.#written;
    const why =
      this.#problem ?? (by === undefined ? 'the Job failed' : `interrupted by ${by} before the checkup began`);
    if (said !== undefined && this.#problem !== undefined) console.log(`warning: ${this.#problem}`);
    console.log(said ?? failedLine(why));
    // Who interrupts the cleanup of a checkup that has ended still gets its verdict.
    if (by !== undefined && this.#verdict === 'unknown') return 130;
    return this.#verdict === 'Complete' && this.#left.length === 0 ? 0 : 1;
  }
}
