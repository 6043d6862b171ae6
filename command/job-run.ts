// SPDX-License-Identifier: Apache-2.0
/** Runs one checkup as a Job: creates the objects, follows the pod, prints the result, and deletes the objects. */
import path from 'node:path';
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import { findPublished } from '../reporters/artifacts/publish.ts';
import { renderPlaces } from '../reporters/views/summary.ts';
import { concludeConfigMap, failedLine, outcomeOf, readConfigMap, resultOf, type Log } from './checkup-result.ts';
import { deletion, nameOf, printLeftovers, runSteps, type Leftover, type Step } from './clean-up.ts';
import { fetchArtifacts, releasePod } from './fetch-artifacts.ts';
import type { Interruption } from './interruption.ts';
import { JobPod, type CheckupEnd } from './job-pod.ts';
import type { Run } from './local-run.ts';
import { retainedVms } from './retained-vms.ts';
import { isRefused, type Kubectl } from './kubectl.ts';
import type { Options } from './options.ts';
import { findOtherRuns } from './other-runs.ts';
import { Permissions } from './permissions.ts';
import { INSTANCE_LABEL, MADE_BY, objectsOf, renderJson, renderYaml, type Plan } from './plan.ts';
import { saveHistory } from './saved-runs.ts';

const SKIP_TEARDOWN = 'spec.param.skipTeardown';
/** Limit for the status of a retained Job after its pod has ended. */
const VERDICT_LIMIT_MS = 15_000;
/** Limit for the deletion of a pod without pending work. */
const GONE_LIMIT_MS = 20_000;
/** Grace period of the containers of such a pod. */
const SHORT_GRACE_SECONDS = 5;
const POLL_MS = 500;

export class JobRun {
  readonly #kubectl: Kubectl;
  readonly #plan: Plan;
  readonly #options: Options;
  readonly #interruption: Interruption;
  readonly #permissions: Permissions;
  readonly #pod: JobPod;
  readonly #log: Log;
  readonly #directory: string;
  /** The uid of the ConfigMap, and the times of its creation by the API server's and this machine's clock. */
  #created: { uid: string; server: number; here: number } | undefined;
  /** The reason if the checkup did not start or end. */
  #problem: string | undefined;
  #end: CheckupEnd | undefined;
  /** Whether the checkup ended before an interruption. */
  #endedByItself = false;
  /** Whether it was read, and what was found. */
  #configMap: { readonly found: Json | undefined } | undefined;
  #fetched = false;

  constructor({ kubectl, plan, options, interruption, log, directory }: Run) {
    this.#log = log;
    this.#kubectl = kubectl;
    this.#plan = plan;
    this.#options = options;
    this.#interruption = interruption;
    this.#permissions = new Permissions(kubectl, options.verbose);
    this.#pod = new JobPod(kubectl, plan, interruption, async () => {
      const [left] = await runSteps(kubectl, [deletion(kubectl, plan.job)], () => interruption.isUrgent());
      if (left !== undefined) throw new Error(`${left.what} could not be deleted: ${left.why}`);
    });
    this.#directory = directory;
  }

  /** Returns the exit status. */
  async run(): Promise<number> {
    const objects = objectsOf(this.#plan, false).map(nameOf);
    const { verbose } = this.#options;
    console.log([`Applying ${objects.length} objects`, ...(verbose ? objects : [])].join('\n  '));
    try {
      if (await this.#apply()) await this.#follow();
    } catch (error) {
      this.#problem = messageOf(error);
    }
    this.#log.end();
    this.#configMap ??= { found: await this.#readConfigMap() };
    const left = await this.#cleanUp();
    printLeftovers(left);
    await this.#saveAndPrintPlaces();
    return this.#conclude(left.length === 0);
  }

  /** Creates the objects and returns whether the Job exists. The ConfigMap is first: other runs recognize this run by it. */
  async #apply(): Promise<boolean> {
    const create = ['create', '-o', 'json', '-f', '-'];
    const made = await this.#kubectl.getJson(create, renderJson(this.#plan.configMap)).catch((error: unknown) => {
      throw explainedMissingNamespace(error, this.#plan.namespace);
    });
    const { uid = '', creationTimestamp = '' } = strings(made?.['metadata']);
    this.#created = { uid, server: Date.parse(creationTimestamp), here: performance.now() };
    if (this.#interruption.by() !== undefined) return false;
    await this.#permissions.apply(this.#plan);
    if (this.#interruption.by() !== undefined) return false;
    await this.#kubectl.runOrThrow(['create', '-f', '-'], renderYaml([this.#plan.job]));
    return true;
  }

  async #follow(): Promise<void> {
    const name = await this.#pod.waitUntilStarted(this.#options.startTimeoutMs);
    this.#end = await this.#pod.waitUntilEnded(name, this.#log);
    this.#endedByItself = this.#interruption.by() === undefined;
    // Until the artifacts are fetched, other runs do not regard this run as ended.
    this.#log.end();
    this.#configMap = { found: await this.#readConfigMap() };
    if (this.#end === undefined) {
      this.#problem = `pod ${name} was removed before the checkup could end`;
      return;
    }
    const { sidecars } = this.#end;
    this.#fetched = await fetchArtifacts(this.#kubectl, name, this.#directory, this.#interruption);
    await releasePod(this.#kubectl, name);
    if (sidecars.length > 0) {
      console.log(
        `The checkup has ended. Its Job does not complete while pod ${name} still runs ${containers(sidecars)}, which the manifest does not have.`,
      );
    } else if (this.#options.keep) await this.#waitUntilFinished();
  }

  /** Waits until the status of a retained Job is final. */
  async #waitUntilFinished(): Promise<void> {
    const deadline = Date.now() + VERDICT_LIMIT_MS;
    while (this.#interruption.by() === undefined) {
      const job = await this.#kubectl.getWithRetry(['job', this.#plan.name]);
      const conditions = list(record(job?.['status'])['conditions']).map(strings);
      if (job === undefined || conditions.some(({ type }) => type === 'Complete' || type === 'Failed')) return;
      if (Date.now() > deadline) {
        console.log(
          `warning: job/${this.#plan.name} is neither Complete nor Failed ${VERDICT_LIMIT_MS / 1000}s after its checkup`,
        );
        return;
      }
      await this.#interruption.sleep(POLL_MS);
    }
  }

  async #readConfigMap(): Promise<Json | undefined> {
    return readConfigMap(this.#kubectl, this.#plan.name, () => !this.#interruption.isUrgent());
  }

  /** Saves the history, and prints where the files of the run are. */
  async #saveAndPrintPlaces(): Promise<void> {
    if (this.#fetched) {
      for (const line of renderPlaces(await findPublished(this.#directory))) console.log(line);
    }
    await saveHistory(path.dirname(this.#directory), this.#configMap?.found, this.#options.historyRuns);
    const lines = await concludeConfigMap(this.#configMap?.found, this.#directory, this.#options);
    for (const line of lines) console.log(line);
  }

  /** Returns the leftovers. */
  async #cleanUp(): Promise<Leftover[]> {
    if (this.#options.keep) {
      this.#printRetained();
      return [];
    }
    const { name } = this.#plan;
    const uid = this.#created?.uid ?? '';
    const vms = this.#retainsVms() && uid !== '' ? await retainedVms(this.#kubectl, uid) : [];
    // If the VMs cannot be listed, they may exist.
    const jobStays = vms === undefined || vms.length > 0;
    if (jobStays) this.#printJobRetained(vms);
    const job = jobStays ? [] : this.#removeJob();
    // A checkup that has not ended needs its permissions to delete its VMs.
    if (this.#end === undefined) await job;
    const own = [deletion(this.#kubectl, this.#plan.configMap), ...this.#permissions.ownRemoval()];
    // If two runs end at once, the later one must find that the other's ConfigMap is deleted.
    const permissions = async (): Promise<Leftover[]> => [...(await this.#run(own)), ...(await this.#removeShared())];
    const left = (await Promise.all([job, permissions()])).flat();
    const but = jobStays ? `, but for job/${name}` : '';
    if (left.length === 0) console.log(`Removed what was applied${but}.`);
    return left;
  }

  #run(steps: readonly Step[]): Promise<Leftover[]> {
    return runSteps(this.#kubectl, steps, () => this.#interruption.isUrgent());
  }

  /** Deletes objects that no other run uses, and the leftovers of earlier runs. */
  async #removeShared(): Promise<Leftover[]> {
    const { name, namespace } = this.#plan;
    const { server, here } = this.#created ?? { server: NaN, here: 0 };
    const nowMs = server + performance.now() - here;
    const deadline = Date.now() + 30_000;
    for (;;) {
      try {
        const own = `${namespace}/${name}`;
        const { live, removable } = await findOtherRuns(this.#kubectl, own, nowMs, this.#plan.networkNamespaces);
        const earlier = removable.map((object) => deletion(this.#kubectl, object));
        const steps = this.#permissions.sharedRemoval(live, this.#directory);
        const [stillThere, notRemoved] = await Promise.all([this.#run(earlier), this.#run(steps)]);
        const removed = earlier.filter(({ what }) => !stillThere.some((one) => one.what === what));
        if (removed.length > 0)
          console.log(`Removed what earlier runs left: ${removed.map(({ what }) => what).join(', ')}`);
        for (const { what, why } of stillThere)
          console.log(`warning: left by an earlier run, and not removed: ${what}: ${why}`);
        return notRemoved;
      } catch (error) {
        if (Date.now() < deadline && !this.#interruption.isUrgent() && !isRefused(error)) {
          await this.#interruption.sleep(2000);
          continue;
        }
        const why = `whether other runs use it is not known: ${messageOf(error)}`;
        return this.#permissions.sharedRemoval([], this.#directory).map(({ what, command, onFailure }) => {
          onFailure?.();
          return { what, command, why };
        });
      }
    }
  }

  #printRetained(): void {
    const { name, namespace, networkNamespaces } = this.#plan;
    const made = Object.entries(MADE_BY).map(([key, value]) => `${key}=${value}`);
    const kubectl = this.#kubectl;
    console.log('Kept. What this command made in the namespace, and its permissions, are removed by');
    console.log(`  ${kubectl.command('delete', 'job,configmap,rolebinding,role,serviceaccount', '-l', ...made)}`);
    console.log(`  ${kubectl.command('delete', 'clusterrolebinding,clusterrole', '-l', ...made)}`);
    const own = `${INSTANCE_LABEL}=${name}`;
    for (const other of networkNamespaces.filter((where) => where !== namespace)) {
      console.log(`  ${kubectl.commandIn(other, 'delete', 'rolebinding,role', '-l', own)}`);
    }
  }

  #printJobRetained(vms: readonly string[] | undefined): void {
    const { name } = this.#plan;
    const which = vms?.join(', ') ?? 'VMs that cannot be listed, but may be there,';
    const removal = this.#kubectl.command('delete', `job/${name}`);
    console.log(
      `Not removed: job/${name}, with whose pod ${which} will go (${SKIP_TEARDOWN}). Once you have looked at them: ${removal}`,
    );
  }

  /** Returns whether VMs are retained; they are deleted with the pod. After an interruption they are not retained. */
  #retainsVms(): boolean {
    const kept = this.#options.data[SKIP_TEARDOWN];
    if (this.#interruption.by() !== undefined) return false;
    return kept === 'always' || (kept === 'onfailure' && !this.#outcome()?.succeeded);
  }

  /** Deletes the Job, and waits until its pod is deleted. */
  async #removeJob(): Promise<Leftover[]> {
    const { name } = this.#plan;
    if (this.#end !== undefined && this.#end.sidecars.length > 0) await this.#shortenGracePeriod();
    const left = await this.#run([deletion(this.#kubectl, this.#plan.job)]);
    if (left.length > 0 || this.#interruption.isUrgent()) return left;
    try {
      const limitMs = this.#end === undefined ? this.#plan.graceMs + GONE_LIMIT_MS : GONE_LIMIT_MS;
      const deadline = Date.now() + limitMs;
      let released = false;
      for (let pod = await this.#pod.readState(); pod !== undefined; pod = await this.#pod.readState()) {
        // After an error the pod may not have been released yet.
        if (!released) await releasePod(this.#kubectl, pod.name);
        released = true;
        if (this.#interruption.isUrgent()) return [];
        if (Date.now() > deadline) {
          const why = `it is still there ${limitMs / 1000}s after its Job was deleted: ${pod.summary}`;
          const ending = this.#end !== undefined && pod.deletionGraceMs !== undefined && pod.sidecars.length > 0;
          if (!ending)
            return [{ what: `pod/${pod.name}`, why, command: this.#kubectl.command('delete', `pod/${pod.name}`) }];
          console.log(`Pod ${pod.name} goes as soon as Kubernetes has ended ${containers(pod.sidecars)}.`);
          return [];
        }
        await this.#interruption.sleep(POLL_MS);
      }
      return [];
    } catch (error) {
      const command = this.#kubectl.command('delete', 'pods', '-l', `job-name=${name}`);
      return [{ what: `the pod of job/${name}`, why: `whether it is gone is not known: ${messageOf(error)}`, command }];
    }
  }

  /** Deletes the pod with a short grace period: the deletion of the Job would use the pod's own. */
  async #shortenGracePeriod(): Promise<void> {
    const pods = ['pods', '-l', `job-name=${this.#plan.name}`, `--grace-period=${SHORT_GRACE_SECONDS}`];
    const { status, stderr } = await this.#kubectl.run(['delete', ...pods, '--wait=false', '--ignore-not-found']);
    if (status !== 0) console.log(`warning: the pod of job/${this.#plan.name} could not be deleted: ${stderr}`);
  }

  #outcome(): ReturnType<typeof outcomeOf> {
    return outcomeOf(this.#log.lastLine, resultOf(this.#configMap?.found), this.#end?.exitCode);
  }

  #conclude(clean: boolean): number {
    const by = this.#interruption.by();
    const outcome = this.#outcome();
    if (outcome === undefined) {
      const { exitCode, reason = '' } = this.#end ?? {};
      const how = exitCode === undefined ? reason : `with exit status ${exitCode} (${reason})`;
      const ended = this.#end && `the checkup's container ended without a result: ${how}`;
      const none = by === undefined ? 'there was no checkup' : `interrupted by ${by} before the checkup began`;
      console.log(failedLine(this.#problem ?? ended ?? none));
    } else {
      if (this.#problem !== undefined) console.log(`warning: ${this.#problem}`);
      console.log(outcome.line);
    }
    // An interruption during the cleanup does not hide the result of the checkup.
    if (by !== undefined && !(this.#endedByItself && outcome !== undefined)) return 130;
    return outcome?.succeeded && clean ? 0 : 1;
  }
}

function containers(names: readonly string[]): string {
  return `container${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

/** Adds what to do if the namespace of the run does not exist; returns any other error as it is. */
function explainedMissingNamespace(error: unknown, namespace: string): unknown {
  const message = messageOf(error);
  if (!message.includes(`namespaces "${namespace}" not found`)) return error;
  return new Error(`${message}: create it with "kubectl create namespace ${namespace}", or set --namespace`);
}
