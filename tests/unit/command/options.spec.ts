// SPDX-License-Identifier: Apache-2.0
/** The command line of `npm run checkup`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { HELP, parseOptions, UsageError } from '../../../command/options.ts';

const NETWORK = ['--network', 'default/br10'];

function complaints(...args: string[]): string {
  try {
    parseOptions(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
}

test('requires only the network', () => {
  expect(parseOptions(NETWORK)).toEqual({
    data: {
      'spec.timeout': '5m',
      'spec.param.networkAttachmentDefinitionNamespace': 'default',
      'spec.param.networkAttachmentDefinitionName': 'br10',
    },
    networks: [{ namespace: 'default', name: 'br10' }],
    mesh: false,
    timeoutMs: 300_000,
    historyRuns: 50,
    startTimeoutMs: 120_000,
    artifacts: path.resolve('artifacts'),
    image: undefined,
    imagePullSecret: undefined,
    namespace: undefined,
    dryRun: false,
    keep: false,
    local: false,
    showConfigMap: false,
    verbose: false,
    warnings: [],
  });
});

test('several networks are a list', () => {
  expect(parseOptions([...NETWORK, '--network', 'b/a'])).toMatchObject({
    data: { 'spec.timeout': '5m', 'spec.param.networkAttachmentDefinitions': 'default/br10,b/a' },
    networks: [
      { namespace: 'default', name: 'br10' },
      { namespace: 'b', name: 'a' },
    ],
  });
});

test('a mesh has nodes or a selector', () => {
  expect(parseOptions([...NETWORK, '--mesh', '--nodes', 'a,b'])).toMatchObject({
    data: { 'spec.param.topology': 'mesh', 'spec.param.nodes': 'a,b' },
    mesh: true,
  });
  expect(parseOptions([...NETWORK, '--param', 'topology=mesh', '--node-selector', 'zone in (a,b)'])).toMatchObject({
    data: { 'spec.param.nodeSelector': 'zone in (a,b)' },
    mesh: true,
  });
});

test('--history has the networks that select a directory, or a ConfigMap', () => {
  const networks = [{ namespace: 'default', name: 'br10' }];
  const saved = { history: true, artifacts: '/env', configMap: undefined };
  expect(parseOptions(['--history', ...NETWORK, '--mesh'], '/env')).toEqual({ ...saved, networks, mesh: true });
  expect(parseOptions(['--history', '--configmap', 'a/b'])).toMatchObject({
    networks: [],
    configMap: { namespace: 'a', name: 'b' },
  });
});

test('artifacts go to --artifacts, to ARTIFACTS_DIR, or to artifacts/', () => {
  expect(parseOptions([...NETWORK, '--artifacts', 'own'], '/env')).toMatchObject({ artifacts: path.resolve('own') });
  expect(parseOptions(NETWORK, '/env')).toMatchObject({ artifacts: '/env' });
  expect(parseOptions(NETWORK, '')).toMatchObject({ artifacts: path.resolve('artifacts') });
});

test('options become parameters in their units', () => {
  const nodes = ['--source-node', 'node-1', '--target-node', 'node-2'];
  const times = ['--duration', '1m30s', '--max-latency', '1.1ms', '--timeout', '10m'];
  const params = [
    '--param',
    'packetSizeBytes=1400',
    '--param',
    'sourceAddress=10.0.0.1/24',
    '--param',
    'targetAddress=10.0.0.2/24',
  ];
  expect(parseOptions([...NETWORK, ...nodes, ...times, ...params])).toMatchObject({
    data: {
      'spec.param.sourceNode': 'node-1',
      'spec.param.targetNode': 'node-2',
      'spec.timeout': '10m',
      'spec.param.sampleDurationSeconds': '90',
      'spec.param.maxDesiredLatencyMilliseconds': '1.1',
      'spec.param.packetSizeBytes': '1400',
      'spec.param.sourceAddress': '10.0.0.1/24',
    },
    timeoutMs: 600_000,
  });
  expect(parseOptions([...NETWORK, '--max-latency', '250us'])).toMatchObject({
    data: { 'spec.param.maxDesiredLatencyMilliseconds': '0.25' },
  });
});

for (const [args, expected] of [
  [[], '--network is missing: expected NAMESPACE/NAME of a network'],
  [['--network', 'br10'], '--network "br10": expected NAMESPACE/NAME'],
  [['--network', 'a/b/c'], '--network "a/b/c": expected NAMESPACE/NAME'],
  [[...NETWORK, '--duration', '30'], '--duration "30": expected a duration with its unit, such as 30s, 50ms or 5m'],
  [
    [...NETWORK, '--max-latency', '50'],
    '--max-latency "50": expected a duration with its unit, such as 30s, 50ms or 5m',
  ],
  [[...NETWORK, '--duration', '1500ms'], '--duration: "sampleDurationSeconds" parameter is invalid: "1.5": expected '],
  [[...NETWORK, '--source-node', 'A b'], '--source-node: "sourceNode" parameter is invalid: "A b": expected '],
  [[...NETWORK, '--timeout', '3s'], '--timeout: timeout field is illegal: "spec.timeout" "3s" leaves no room for '],
  [
    [...NETWORK, '--param', 'maxDesiredLatencyMiliseconds=10'],
    '--param "maxDesiredLatencyMiliseconds=10": unknown parameter: did you mean "maxDesiredLatencyMilliseconds"?',
  ],
  [
    [...NETWORK, '--param', 'spec.param.packet_size_bytes=10'],
    '--param "spec.param.packet_size_bytes=10": unknown parameter: did you mean "packetSizeBytes"?',
  ],
  [[...NETWORK, '--param', 'timeOut=10m'], '--param "timeOut=10m": unknown parameter: did you mean "--timeout"?'],
  [[...NETWORK, '--param', 'a b=3'], '--param "a b=3": expected a NAME of letters, digits, "-", "_" and "."'],
  [[...NETWORK, '--param', 'packetSizeBytes'], '--param "packetSizeBytes": expected NAME=VALUE'],
  [[...NETWORK, '--param', 'packetSizeBytes=x'], '--param: "packetSizeBytes" parameter is invalid: "x": expected '],
  [[...NETWORK, '--source-node', 'a', '--param', 'sourceNode=b'], '--source-node is given twice'],
  [
    [...NETWORK, ...NETWORK],
    '--network: "networkAttachmentDefinitions" parameter is invalid: "default/br10,default/br10": expected each network once: "default/br10" is listed twice',
  ],
  [[...NETWORK, '--network', 'br11'], '--network "br11": expected NAMESPACE/NAME'],
  [[...NETWORK, '--network', 'a/b', '--param', 'networkAttachmentDefinitions=a/c'], '--network is given twice'],
  [
    [...NETWORK, '--param', 'networkAttachmentDefinitions=a/c'],
    '--network: "networkAttachmentDefinitions" parameter is invalid: "a/c": expected only "default/br10" with ',
  ],
  [[...NETWORK, '--nodes', 'a,b'], '--mesh: "topology" parameter is missing: expected "mesh" with "nodes" "a,b"'],
  [[...NETWORK, '--mesh', '--nodes', 'a,a'], '--nodes: "nodes" parameter is invalid: "a,a": expected each node once'],
  [
    [...NETWORK, '--mesh', '--node-selector', 'a b'],
    '--node-selector: "nodeSelector" parameter is invalid: "a b": expected a label selector',
  ],
  [[...NETWORK, '--mesh', '--param', 'topology=pair'], '--mesh and --param topology=pair contradict each other'],
  [
    [...NETWORK, '--mesh', '--source-node', 'a'],
    '--source-node: "sourceNode" parameter is invalid: "a": expected no value with "topology" "mesh"',
  ],
  [[...NETWORK, '--timeout', '5m', '--timeout=6m'], '--timeout is given twice'],
  [['--history'], 'expected --network NAMESPACE/NAME or --configmap NAMESPACE/NAME'],
  [['--history', ...NETWORK, '--duration', '1s'], '--duration cannot be used with --history'],
  [['--history', ...NETWORK, '--configmap', 'a/b', '--mesh'], '--mesh cannot be used with --configmap'],
  [['--history', '--configmap', 'b'], '--configmap "b": expected NAMESPACE/NAME'],
  [['--history', ...NETWORK, ...NETWORK], '"default/br10" is listed twice'],
  [[...NETWORK, '--configmap', 'a/b'], '--configmap cannot be used without --history'],
  [[...NETWORK, '--colour', 'red'], "Unknown option '--colour'"],
  [[...NETWORK, 'more'], "Unexpected argument 'more'"],
] as const) {
  test(`refuses ${args.join(' ') || 'nothing at all'}`, () => {
    expect(complaints(...args)).toContain(expected);
  });
}

test('a parameter that is unlike all known ones is passed on, with a warning that names it', () => {
  expect(parseOptions([...NETWORK, '--param', 'storageClass=fast'])).toMatchObject({
    data: { 'spec.param.storageClass': 'fast' },
    warnings: ['--param storageClass: this version does not know the parameter'],
  });
});

test('reports every problem at once', () => {
  expect(complaints('--network', 'x', '--duration', 'y').split('\n')).toHaveLength(2);
});

const DOCUMENT = readFileSync(path.join(import.meta.dirname, '../../../docs/cluster.md'), 'utf8');
const optionsIn = (text: string): string[] => [...new Set(text.match(/(?<=[`\s])--[a-z-]+[a-z]/g))].sort();

test('the document lists the existing options, and its commands parse', () => {
  const table = DOCUMENT.split('\n').filter((line) => line.startsWith('| `--'));
  expect([...optionsIn(table.join('\n')), '--help'].sort()).toEqual(optionsIn(HELP));
  const commands = [...DOCUMENT.matchAll(/^ *npm run checkup -- (.*)$/gm)].map(([, line = '']) => line.split(' '));
  expect(commands.length).toBeGreaterThan(4);
  for (const args of commands) {
    const expected = args.includes('--history') ? { history: true } : { timeoutMs: 300_000 };
    expect(parseOptions(args)).toMatchObject(expected);
  }
});
