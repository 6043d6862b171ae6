// SPDX-License-Identifier: Apache-2.0
/** Runs the checkup on this machine with the user's credentials: only its ConfigMap is in the cluster. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { strings, type Json } from '../fixtures/cluster/objects.ts';
import { EXTENSION } from '../reporters/extension.ts';
import { isLastLine } from '../reporters/views/summary.ts';
import { concludeConfigMap, failedLine, readConfigMap, type Log } from './checkup-result.ts';
import { saveToHistory } from './history.ts';
import type { Interruption } from './interruption.ts';
import { retainedVms, vmSelector } from './retained-vms.ts';
import type { Kubectl } from './kubectl.ts';
import { localEnvironment } from './local-environment.ts';
import type { Options } from './options.ts';
import { deletion, nameOf, printLeftovers, runSteps } from './clean-up.ts';
import { renderJson, type Plan } from './plan.ts';
import { saveHistory } from './saved-runs.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PRELOAD = path.join(ROOT, `reporters/supervision/preload${EXTENSION}`);
const CLI = path.join(path.dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');

export interface Run {
  kubectl: Kubectl;
  plan: Plan;
  options: Options;
  interruption: Interruption;
  log: Log;
  /** For the artifacts. */
  directory: string;
}

/** Returns the exit status. */
export async function runLocally(run: Run): Promise<number> {
  const { kubectl, plan, options, interruption, log, directory } = run;
  console.log(`Applying ${nameOf(plan.configMap)}`);
  let status = 1;
  let uid: string | undefined;
  let configMap: Json | undefined;
  try {
    const made = await kubectl.getJson(['create', '-o', 'json', '-f', '-'], renderJson(plan.configMap));
    uid = strings(made?.['metadata'])['uid'];
    if (interruption.by() === undefined) status = await runCheckup(run);
    configMap = await readConfigMap(kubectl, plan.name);
  } finally {
    log.end();
    // There is no pod whose deletion would delete the VMs.
    if (uid !== undefined) await nameVms(kubectl, uid);
    if (options.keep) console.log(`Kept: ${kubectl.command('delete', `configmap/${plan.name}`)}`);
    else {
      const left = await runSteps(kubectl, [deletion(kubectl, plan.configMap)], () => interruption.isUrgent());
      printLeftovers(left);
      if (left.length > 0) status ||= 1;
      else console.log(`Removed configmap/${plan.name}.`);
    }
  }
  await saveHistory(path.dirname(directory), configMap, options.historyRuns);
  for (const line of [...log.files, ...(await concludeConfigMap(configMap, directory, options))]) console.log(line);
  const by = interruption.by();
  const why = by === undefined ? `it ended with exit status ${status}` : `interrupted by ${by}`;
  console.log(isLastLine(log.lastLine) ? log.lastLine : failedLine(why));
  return by === undefined ? status : 130;
}

/** Prints the VMs that this run has retained, and how to delete them. */
async function nameVms(kubectl: Kubectl, uid: string): Promise<void> {
  const vms = await retainedVms(kubectl, uid);
  if (vms === undefined) {
    console.log(`If there are any, remove them with: ${kubectl.command('delete', 'vmi', '-l', vmSelector(uid))}`);
  } else if (vms.length > 0) {
    const removal = kubectl.command('delete', ...vms);
    console.log(`Not removed: ${vms.join(', ')}. Once you have looked at them: ${removal}`);
  }
}

async function runCheckup({ kubectl, plan, interruption, log, directory }: Run): Promise<number> {
  const env = localEnvironment(process.env, {
    // VMs start in the namespace of its context.
    KUBECONFIG: kubectl.kubeconfig,
    ARTIFACTS_DIR: directory,
    CONFIGMAP_NAMESPACE: plan.namespace,
    CONFIGMAP_NAME: plan.name,
  });
  const checkup = spawn(process.execPath, ['--import', PRELOAD, CLI, 'test'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = interruption.when((signal) => checkup.kill(signal));
  checkup.stdout.on('data', log.reader());
  try {
    const status = await new Promise<number>((done, failed) => {
      checkup.once('error', failed);
      checkup.once('close', (code) => {
        done(code ?? 1);
      });
    });
    await saveToHistory(directory);
    return status;
  } finally {
    stop();
  }
}
