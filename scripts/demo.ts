// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run demo`: one checkup with its own cluster. Builds what real guests need, starts the lab, runs the checkup against it, prints
 * where the result is, and exits with the exit code of the checkup.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { concludeConfigMap, failedLine, Log } from '../command/checkup-result.ts';
import { isLastLine } from '../reporters/views/summary.ts';
import { startLab, type LabOptions } from '../lab/lab.ts';
import { showLive } from '../reporters/views/live-view.ts';
import { screenOf } from '../reporters/views/screen.ts';
import { ensureGuests, NoGuestsError } from './guest-image.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIG_MAP = { namespace: 'latency', name: 'kubevirt-vm-latency-config' };
const SIMULATED = 'SIMULATED: no virtual machine ran; scripted guests answered, and their latency means nothing.';
/** A mesh of four nodes with one bad link. */
const MESH: Scenario = {
  lab: { nodes: 4, impairment: { links: [{ between: ['node-2', 'node-3'], delayMs: 10 }] } },
  // Other load delays emulated guests: the median of a pair hardly changes.
  env: {
    TOPOLOGY: 'mesh',
    SAMPLE_DURATION_SECONDS: '2',
    MAX_DESIRED_LATENCY_MILLISECONDS: '10',
    LATENCY_STATISTIC: 'p50',
  },
  note: 'Each packet between node-2 and node-3 takes 10 ms longer, and the checkup allows 10 ms (p50) for ping and reply.',
};
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Scenario {
  readonly lab: Partial<LabOptions>;
  /** Parameters of the checkup that the environment does not set. */
  readonly env: Readonly<Record<string, string>>;
  readonly note: string;
}

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

/** Runs the checkup as users do and prints its output. Returns its exit status. */
async function runCheckup(kubeconfig: string, parameters: Scenario['env'], log: Log): Promise<number> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
  const env = {
    ...parameters,
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
  checkup.stdout.on('data', log.reader());
  const status = await new Promise<number>((done, failed) => {
    checkup.once('error', failed);
    checkup.once('close', (code) => {
      done(code ?? 1);
    });
  });
  log.end();
  return status;
}

async function demo({ showConfigMap, scenario }: { showConfigMap: boolean; scenario?: Scenario }): Promise<number> {
  const guests = await chooseGuests();
  console.log(
    `Starting the lab: an embedded KubeVirt cluster, guests ${guests === 'qemu' ? 'under QEMU' : 'SIMULATED'} …`,
  );
  if (scenario !== undefined) console.log(scenario.note);
  const lab = await startLab({ guests, directory: join(ROOT, '.cache/demo'), teardownMs: 9000, ...scenario?.lab });
  const log = new Log(showLive(screenOf(process.env)));
  try {
    const status = await runCheckup(lab.kubeconfig, scenario?.env ?? {}, log);
    const remaining = lab.list('virtualmachineinstances').map(({ metadata }) => metadata.name);
    console.log(`VMIs left in the cluster: ${remaining.join(', ') || 'none'}`);
    if (guests === 'scripted') console.log(SIMULATED);
    const configMap = lab.get('configmaps', CONFIG_MAP.namespace, CONFIG_MAP.name);
    const directory = resolve(process.env['ARTIFACTS_DIR'] || join(ROOT, 'artifacts'));
    // The lab and its ConfigMap end with this command.
    const copy = await concludeConfigMap(configMap && { ...configMap }, directory, { keep: false, showConfigMap });
    for (const line of [...log.files, ...copy]) console.log(line);
    console.log(isLastLine(log.lastLine) ? log.lastLine : failedLine(`it ended with exit status ${status}`));
    return status;
  } finally {
    await lab.stop();
  }
}

const USAGE = `npm run demo [-- [--mesh] [--show-configmap]]
  --mesh             between every two of four nodes, one link of which is slow
  --show-configmap   print the ConfigMap with the result
Parameters of the checkup are set in the environment, such as MAX_DESIRED_LATENCY_MILLISECONDS=10.`;

function parse(): { help: boolean; mesh: boolean; 'show-configmap': boolean } {
  try {
    const option = { type: 'boolean', default: false } as const;
    return parseArgs({ options: { mesh: option, 'show-configmap': option, help: option } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { help, mesh, 'show-configmap': showConfigMap } = parse();
if (help) {
  console.log(USAGE);
  process.exit(0);
}
// If the reader of stdout ends, this process must still stop the lab.
process.stdout.on('error', () => undefined);
try {
  process.exitCode = await demo({ showConfigMap, ...(mesh && { scenario: MESH }) });
} catch (error) {
  console.error(error instanceof NoGuestsError ? `No real guests here: ${error.message}` : error);
  process.exitCode = 1;
}
// Output without a reader must not block the end of this process.
setTimeout(() => process.exit(), 3000).unref();
