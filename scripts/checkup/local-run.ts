/** The checkup of this checkout, on this machine, in the user's own name: only its ConfigMap is in the cluster. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { list, record } from '../../fixtures/cluster/objects.ts';
import { failedLine, isLastLine, Log, printAnswer } from './answer.ts';
import type { Interruption } from './interruption.ts';
import type { Kubectl } from './kubectl.ts';
import type { Options } from './options.ts';
import { nameOf } from './permissions.ts';
import { renderYaml, type Plan } from './plan.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const CLI = path.join(path.dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');

/** Answers the exit status. */
export async function runLocally(
  kubectl: Kubectl,
  plan: Plan,
  options: Options,
  interruption: Interruption,
): Promise<number> {
  console.log(`Applying: ${nameOf(plan.configMap)}`);
  await kubectl.ok(['create', '-f', '-'], renderYaml([plan.configMap]));
  const log = new Log();
  const scratch = await mkdtemp(path.join(tmpdir(), 'kubevirt-vm-latency-'));
  let status = 1;
  try {
    if (interruption.by() === undefined)
      status = await runCheckup(scratch, { kubectl, plan, options, interruption }, log);
    await printAnswer(kubectl, plan.name);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    if (options.keep) console.log(`Kept: ${kubectl.command('delete', `configmap/${plan.name}`)}`);
    else {
      const removed = await kubectl.run(['delete', 'configmap', plan.name, '--ignore-not-found']);
      if (removed.status === 0) console.log('Removed what was applied.');
      else {
        console.log(`warning: not cleaned up: configmap/${plan.name}: ${removed.stderr}`);
        status ||= 1;
      }
    }
  }
  const by = interruption.by();
  const why = by === undefined ? `it ended with exit status ${status}` : `interrupted by ${by}`;
  console.log(isLastLine(log.lastLine) ? log.lastLine : failedLine(why));
  return by === undefined ? status : 130;
}

function inNamespace(kubeconfig: string, namespace: string): string {
  const config = record(JSON.parse(kubeconfig));
  const contexts = list(config['contexts']).map((entry) => {
    const { name, context } = record(entry);
    return { name, context: { ...record(context), namespace } };
  });
  return JSON.stringify({ ...config, contexts });
}

interface Run {
  kubectl: Kubectl;
  plan: Plan;
  options: Options;
  interruption: Interruption;
}

async function runCheckup(scratch: string, { kubectl, plan, options, interruption }: Run, log: Log): Promise<number> {
  // VMs start in the namespace of the context: this is the current one, with the namespace that was asked for.
  const kubeconfig = path.join(scratch, 'kubeconfig');
  const written = await kubectl.ok(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']);
  await writeFile(kubeconfig, inNamespace(written, plan.namespace), { mode: 0o600 });
  const directory = path.join(options.artifacts, plan.name);
  console.log(`Artifacts: ${directory}`);
  const env = {
    ...process.env,
    ...{ KUBECONFIG: kubeconfig, ARTIFACTS_DIR: directory },
    ...{ CONFIGMAP_NAMESPACE: plan.namespace, CONFIGMAP_NAME: plan.name },
  };
  const checkup = spawn(process.execPath, [CLI, 'test'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = interruption.when((signal) => checkup.kill(signal));
  checkup.stdout.on('data', log.reader());
  try {
    return await new Promise<number>((done, failed) => {
      checkup.once('error', failed);
      checkup.once('close', (code) => {
        done(code ?? 1);
      });
    });
  } finally {
    stop();
  }
}
