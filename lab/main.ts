// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { ALL_SCENARIOS, optionsOf, parametersOf, type Scenario } from './scenarios.ts';
import { startLab, type Lab, type LabOptions, type LocalImage } from './lab.ts';
import type { NetworkReport } from './network.ts';

/** The command line of the lab: starts a cluster, prints its contents, and runs until a signal comes. */

const HELP = `Starts an embedded KubeVirt cluster on this machine, for trying the checkup without a real one.

  --guests qemu|scripted   virtual machines: real ones under QEMU (default), or SIMULATED ones
  --nodes N                how many nodes, node-1 and so on (default 2), or their names: a,b,c
  --zones ZONE,…           zones, to which the nodes belong in turn (default: none)
  --delay MS               delay of the virtual networks, each way (default 0)
  --jitter MS              how much that delay varies (default 0)
  --loss PERCENT           frames lost (default 0)
  --mtu N                  longest packet that gets through (default: no limit)
  --cut                    no frame gets through
  --occupied ADDRESS       another host on every network has this address; may be repeated
  --seed N                 makes jitter and loss repeatable (default 1)
  --kubevirt STATE         deployed (default), unavailable, deploying or absent
  --no-multus              serve no NetworkAttachmentDefinitions
  --cordon NODE            take no new pods on this node; may be repeated
  --software-emulation     no node has KVM, and KubeVirt emulates
  --fault NAME             a fault, see below; may be repeated
  --host ADDRESS           where the API server listens: 127.0.0.1 (default) or ::1
  --port N                 port of the API server (default: any free one)
  --directory DIR          where the kubeconfig goes (default .cache/lab)
  --help                   this text

Faults; a checkup tolerates those marked *. Guest faults need --guests scripted. Options of the command line override those of a fault.

${ALL_SCENARIOS.map(({ name, tolerated, description }) => `  ${tolerated ? '*' : ' '} ${name.padEnd(22)} ${description}\n`).join('')}`;

const KUBEVIRT_STATES = ['deployed', 'unavailable', 'deploying', 'absent'] as const;

class UsageError extends Error {}

interface Choice {
  options: LabOptions;
  faults: Scenario[];
}

/** As recorded on KubeVirt 1.9: virt-launcher-monitor waits 7.8 s for an Istio proxy, independent of the grace period. */
const CLUSTER_TEARDOWN_MS = 9000;

function parseOptions(args: string[]): Choice | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      guests: { type: 'string', default: 'qemu' },
      nodes: { type: 'string' },
      zones: { type: 'string' },
      delay: { type: 'string' },
      jitter: { type: 'string' },
      loss: { type: 'string' },
      mtu: { type: 'string' },
      cut: { type: 'boolean', default: false },
      occupied: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      kubevirt: { type: 'string' },
      'no-multus': { type: 'boolean', default: false },
      cordon: { type: 'string', multiple: true, default: [] },
      'software-emulation': { type: 'boolean', default: false },
      fault: { type: 'string', multiple: true, default: [] },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      directory: { type: 'string', default: '.cache/lab' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const faults = values.fault.map(parseFault);
  const faultOptions = optionsOf(faults);
  const addresses = values.occupied.map(parseAddress);
  const options: LabOptions = {
    ...faultOptions,
    ...(addresses.length > 0 && { neighbour: { ...faultOptions.neighbour, addresses } }),
    guests: parseChoice('guests', values.guests, ['qemu', 'scripted']),
    ...(values.nodes !== undefined && { nodes: parseNodes(values.nodes) }),
    ...(values.zones !== undefined && { zones: parseNames('zones', values.zones, LABEL) }),
    impairment: {
      ...faultOptions.impairment,
      ...(values.delay !== undefined && { delayMs: parseNumber('delay', values.delay, { min: 0, max: 60_000 }) }),
      ...(values.jitter !== undefined && { jitterMs: parseNumber('jitter', values.jitter, { min: 0, max: 60_000 }) }),
      ...(values.loss !== undefined && { lossPercent: parseNumber('loss', values.loss, { min: 0, max: 100 }) }),
      ...(values.mtu !== undefined && { mtu: parseNumber('mtu', values.mtu, { min: 68, max: 65_535, whole: true }) }),
      ...(values.seed !== undefined && {
        seed: parseNumber('seed', values.seed, { min: 0, max: 2 ** 32 - 1, whole: true }),
      }),
      ...(values.cut && { cut: true }),
    },
    ...(values.kubevirt !== undefined && { kubevirt: parseChoice('kubevirt', values.kubevirt, KUBEVIRT_STATES) }),
    multus: !values['no-multus'],
    cordoned: [...(faultOptions.cordoned ?? []), ...values.cordon],
    softwareEmulation: values['software-emulation'],
    teardownMs: CLUSTER_TEARDOWN_MS,
    host: parseChoice('host', values.host, ['127.0.0.1', '::1']),
    port: parseNumber('port', values.port, { min: 0, max: 65_535, whole: true }),
    directory: values.directory,
  };
  if ((options.guestQuirks ?? options.scriptedMigration) && options.guests !== 'scripted') {
    const named = faults.filter(({ area }) => area === 'guest').map(({ name }) => name);
    throw new UsageError(`--fault ${named.join(', ')} needs --guests scripted`);
  }
  return { options, faults };
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const NODE_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

function parseNodes(text: string): number | string[] {
  if (/^[\d.]*$/.test(text)) return parseNumber('nodes', text, { min: 1, max: 100, whole: true });
  return parseNames('nodes', text, NODE_NAME);
}

function parseNames(option: string, text: string, form: RegExp): string[] {
  const names = text.split(',');
  const wrong = names.find((name, i) => !form.test(name) || names.indexOf(name) !== i);
  if (wrong === undefined) return names;
  throw new UsageError(`--${option} is a list of different names separated by commas, not "${text}"`);
}

function parseFault(name: string): Scenario {
  const scenario = ALL_SCENARIOS.find((known) => known.name === name);
  if (scenario) return scenario;
  throw new UsageError(`--fault is one of ${ALL_SCENARIOS.map((known) => known.name).join(', ')}, not "${name}"`);
}

function parseAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new UsageError(`--occupied is an IP address, not "${text}"`);
}

function parseChoice<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw new UsageError(`--${option} is one of ${choices.join(', ')}, not "${text}"`);
  return choice;
}

function parseNumber(option: string, text: string, range: { min: number; max: number; whole?: boolean }): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  const { min, max, whole = false } = range;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`--${option} is a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not "${text}"`);
}

function renderContents(lab: Lab, { options, faults }: Choice): string {
  const names = (plural: string) =>
    lab.list(plural).map(({ metadata }) => [metadata.namespace, metadata.name].filter(Boolean).join('/'));
  const guests =
    options.guests === 'scripted' ? 'SIMULATED: scripted guests, their latency means nothing' : 'real, under QEMU';
  const nads = options.multus === false ? 'not served' : names('network-attachment-definitions').join(', ');
  return `
  API server   ${lab.url}
  KubeVirt     ${options.kubevirt ?? 'deployed'}
  guests       ${guests}
  nodes        ${names('nodes')
    .map((name) => (options.cordoned?.includes(name) ? `${name} (cordoned)` : name))
    .join(', ')}${options.zones ? `\n  zones        ${options.zones.join(', ')}` : ''}
  networks     ${nads}
  ConfigMaps   ${names('configmaps').join(', ')}
  faults       ${faults.map(({ name }) => name).join(', ') || 'none'}

  export KUBECONFIG=${lab.kubeconfig}
${renderCommand(faults)}
Ctrl-C stops it.`;
}

/** Returns the checkup command for faults that need parameters, or an empty string. */
function renderCommand(faults: readonly Scenario[]): string {
  const parameters = Object.entries(parametersOf(faults)).map(([name, value]) =>
    name === 'topology' && value === 'mesh' ? ' --mesh' : ` --param ${name}=${value}`,
  );
  if (parameters.length === 0) return '';
  return `
A checkup detects these faults only with these parameters, which are set in ConfigMap latency/kubevirt-vm-latency-config:

  npm run checkup -- --network latency/blue${parameters.join('')}
`;
}

function renderReport({ network, received, heldMs, ...counted }: NetworkReport): string {
  const { delivered, lost, tooLong, cut, refused } = counted;
  const fates = `${delivered} delivered, ${lost} lost, ${tooLong} too long, ${cut} cut, ${refused} refused`;
  const counts = `${received} frames in, ${fates}`;
  const held = heldMs
    ? `; held for ${Object.values(heldMs)
        .map((ms) => ms.toFixed(3))
        .join('/')} ms (min/avg/max)`
    : '';
  return `Network ${network}: ${counts}${held}`;
}

const PARENT_CHECK_MS = 500;

/** Waits for a signal or for the end of the parent process: a killed npm does not stop its children. */
function waitForStop(): Promise<void> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const stop = () => {
      clearInterval(watch);
      resolve();
    };
    const watch = setInterval(() => {
      if (process.ppid !== parent) stop();
    }, PARENT_CHECK_MS);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

/**
 * Runs the lab until a signal comes, and returns the exit code.
 *
 * @param images the images that pods of Jobs can run
 */
export async function runLab(args: string[], images: LocalImage[]): Promise<number> {
  try {
    return await main(args, images);
  } catch (error) {
    const usage = isUsageError(error);
    console.error(error instanceof Error ? error.message : String(error));
    if (usage) console.error('See --help.');
    return usage ? 2 : 1;
  }
}

async function main(args: string[], images: LocalImage[]): Promise<number> {
  const choice = parseOptions(args);
  if (choice === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const lab = await startLab({ ...choice.options, images });
  for (const { begin } of choice.faults) begin?.(lab);
  const stopped = waitForStop();
  console.log(`The lab is up.\n${renderContents(lab, choice)}`);
  await stopped;
  for (const report of lab.networkReports()) console.log(renderReport(report));
  console.log('Stopping …');
  await lab.stop();
  return 0;
}

function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
