// SPDX-License-Identifier: Apache-2.0
/** Pushes the metrics of a run to a Pushgateway. Each failure is a warning: the result of the run is already written. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../fixtures/input/sources.ts';
import { messageOf, withoutSecrets } from '../../model/errors.ts';
import { renderRef } from '../../model/object-ref.ts';
import { INTERRUPTED_RESULTS_MS, teardownGrowthMs } from '../../model/stages.ts';
import { oneLine } from '../../model/text.ts';
import { renderMilliseconds } from '../../model/units.ts';
import { Countdown } from '../supervision/countdown.ts';
import { interruptedBy } from '../supervision/interruption.ts';
import type { NetworkFindings } from '../views/json.ts';
import { renderNetworks } from '../views/prometheus.ts';
import { putMetrics } from './put-metrics.ts';
import { readPushAccess, type PushAccess } from './push-secret.ts';

/** Budgets for all networks together. */
const PUSH_MS = 10_000;
const INTERRUPTED_PUSH_MS = 2000;
/** Later after a signal nothing is pushed: the files of the results are written then. */
const LAST_PUSH_MS = INTERRUPTED_RESULTS_MS - 4000;
/** One request. */
const REQUEST_MS = 3000;
/** No request is made with less. */
const SHORTEST_REQUEST_MS = 500;
const ATTEMPTS = 3;
/** Before the second attempt; doubled for the third. */
const FIRST_PAUSE_MS = 250;

/**
 * Logs and returns a warning for each failure. Pushes nothing without `metricsPushUrl`, or if the run has no ConfigMap.
 * @param vms the number of VMs of the guest set, for the budget after a signal.
 */
export async function pushMetrics(
  networks: readonly NetworkFindings[],
  vms: number,
  environment: Environment,
): Promise<readonly string[]> {
  const { configMap, parameters } = networks[0]?.document ?? {};
  const url = parameters?.metricsPushUrl;
  if (url === undefined || configMap === undefined) return [];
  const warnings: string[] = [];
  const warn = (message: string): void => {
    const warning = oneLine(withoutSecrets(message));
    warnings.push(warning);
    console.log(`  warning: ${warning}`);
  };
  const countdown =
    interruptedBy() === undefined
      ? new Countdown(PUSH_MS, INTERRUPTED_PUSH_MS)
      : new Countdown(INTERRUPTED_PUSH_MS, LAST_PUSH_MS + teardownGrowthMs(vms));
  try {
    const isTls = url.startsWith('https:');
    const access = await readPushAccess(environment, isTls);
    if (access.authorization !== undefined && !isTls) {
      warn(`the credentials for ${url} are sent without encryption: use a URL that begins with "https://"`);
    }
    if (access.unknownFiles !== undefined) warn(access.unknownFiles);
    await pushEach(networks, { url, access, countdown, warn });
  } catch (error) {
    warn(`the metrics were not pushed to ${url}: ${messageOf(error)}`);
  } finally {
    countdown.stop();
  }
  return warnings;
}

interface Push {
  readonly url: string;
  readonly access: PushAccess;
  readonly countdown: Countdown;
  readonly warn: (message: string) => void;
}

async function pushEach(networks: readonly NetworkFindings[], push: Push): Promise<void> {
  const { url, countdown, warn } = push;
  for (const [index, findings] of networks.entries()) {
    const network = findings.document.parameters?.network;
    if (network === undefined) continue;
    if (countdown.left() < SHORTEST_REQUEST_MS) {
      const left = networks.length - index;
      warn(`the metrics of ${left} network${left === 1 ? '' : 's'} were not pushed to ${url}: ${describeTimeout()}`);
      return;
    }
    const group = encodeURIComponent(`${network.namespace}.${network.name}`);
    const target = new URL(`${url}/metrics/job/kubevirt_vm_latency/network/${group}`);
    const cause = await pushNetwork(target, renderNetworks([findings]), push);
    if (cause !== undefined) warn(`the metrics of ${renderRef(network)} were not pushed to ${url}: ${cause}`);
  }
}

function describeTimeout(): string {
  const limitMs = interruptedBy() === undefined ? PUSH_MS : INTERRUPTED_PUSH_MS;
  return `the ${renderMilliseconds(limitMs)} for pushes have passed`;
}

/** Returns why the metrics of a network were not pushed; undefined if they were. */
async function pushNetwork(target: URL, metrics: string, { access, countdown }: Push): Promise<string | undefined> {
  const { signal } = countdown;
  for (let attempt = 1; ; attempt += 1) {
    // AbortSignal.timeout() accepts only whole numbers from 0.
    const limitMs = Math.max(0, Math.round(Math.min(REQUEST_MS, countdown.left())));
    const failure = await putMetrics(target, metrics, access, { limitMs, signal, describeTimeout });
    if (failure === undefined) return undefined;
    const pauseMs = FIRST_PAUSE_MS * attempt;
    const hasTime = interruptedBy() === undefined && countdown.left() >= pauseMs + SHORTEST_REQUEST_MS;
    if (!failure.isTransient || attempt === ATTEMPTS || !hasTime) {
      const attempts = attempt === 1 ? '' : `, after ${attempt} attempts`;
      return `${failure.cause}${attempts}${failure.hint === undefined ? '' : `: ${failure.hint}`}`;
    }
    await sleep(pauseMs);
  }
}
