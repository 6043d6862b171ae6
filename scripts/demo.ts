/**
 * `npm run demo`: one checkup with its own cluster. Builds what real guests need, starts the lab, runs the checkup against it, prints
 * the ConfigMap with the result, and exits with the exit code of the checkup.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { startLab, type Lab, type LabOptions } from '../lab/lab.ts';
import { ForeignEntry, replaceFile } from '../reporters/artifacts/list.ts';
import { ensureGuests, NoGuestsError } from './guest-image.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIG_MAP = { namespace: 'latency', name: 'kubevirt-vm-latency-config' };
const SIMULATED = 'SIMULATED: no virtual machine ran; scripted guests answered, and their latency means nothing.';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function chooseGuests(): Promise<LabOptions['guests']> {
  try {
    await ensureGuests();
    return 'qemu';
  } catch (error) {
    if (!(error instanceof NoGuestsError) || process.env['CI']) throw error;
    console.log(`No real guests here: ${error.message}\n${SIMULATED}\n`);
    return 'scripted';
  }
}

/** Runs the checkup as users do and prints its output. Returns its exit status and its last line. */
async function runCheckup(kubeconfig: string): Promise<{ status: number; lastLine: string }> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    CONFIGMAP_NAMESPACE: CONFIG_MAP.namespace,
    CONFIGMAP_NAME: CONFIG_MAP.name,
  };
  const checkup = spawn(process.execPath, ['--import', join(ROOT, 'reporters/supervision/preload.ts'), cli, 'test'], {
    cwd: ROOT,
    env,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  // The terminal sends Ctrl-C to the checkup, too. It ends the run, and this process waits for it.
  for (const signal of SIGNALS) process.on(signal, () => checkup.kill(signal));
  let lastLine = '';
  let line = '';
  checkup.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    lastLine = lines.findLast((complete) => complete.trim() !== '') ?? lastLine;
  });
  const status = await new Promise<number>((done, failed) => {
    checkup.once('error', failed);
    checkup.once('close', (code) => {
      done(code ?? 1);
    });
  });
  return { status, lastLine: line.trim() === '' ? lastLine : line };
}

async function showConfigMap(lab: Lab): Promise<void> {
  const configMap = lab.get('configmaps', CONFIG_MAP.namespace, CONFIG_MAP.name);
  // Version 1.1 quotes strings that YAML 1.1 parsers read as a time.
  const yaml = stringify(configMap, { lineWidth: 0, version: '1.1' });
  console.log(`\nThe ConfigMap:\n\n${yaml}`);
  const directory = resolve(process.env['ARTIFACTS_DIR'] || join(ROOT, 'artifacts'));
  const file = join(directory, 'configmap.yaml');
  try {
    await mkdir(directory, { recursive: true });
    await replaceFile(directory, 'configmap.yaml', yaml);
    console.log(`It is also in ${file}`);
  } catch (error) {
    const why = error instanceof ForeignEntry ? `${error.message} exists, and no earlier demo made it` : String(error);
    console.log(`warning: it could not be written to ${file}: ${why}`);
  }
}

async function demo(): Promise<number> {
  const guests = await chooseGuests();
  console.log(
    `Starting the lab: an embedded KubeVirt cluster, guests ${guests === 'qemu' ? 'under QEMU' : 'SIMULATED'} …`,
  );
  const lab = await startLab({ guests, directory: join(ROOT, '.cache/demo'), teardownMs: 9000 });
  const remainingVmis = () => lab.list('virtualmachineinstances').map(({ metadata }) => metadata.name);
  try {
    const { status, lastLine } = await runCheckup(lab.kubeconfig);
    await showConfigMap(lab);
    console.log(`VMIs left in the cluster: ${remainingVmis().join(', ') || 'none'}`);
    if (guests === 'scripted') console.log(SIMULATED);
    console.log(lastLine);
    return status;
  } finally {
    await lab.stop();
  }
}

// If the reader of stdout ends, this process must still stop the lab.
process.stdout.on('error', () => undefined);
try {
  process.exitCode = await demo();
} catch (error) {
  console.error(error instanceof NoGuestsError ? `No real guests here: ${error.message}` : error);
  process.exitCode = 1;
}
// Output without a reader must not block the end of this process.
setTimeout(() => process.exit(), 3000).unref();
