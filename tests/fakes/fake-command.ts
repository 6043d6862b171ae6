// SPDX-License-Identifier: Apache-2.0
/**
 * FAKES of kind, docker, go and kubectl, for machines without containers. Each records its command line and prints as
 * briefly as the real one might. Their cluster is the lab. kubectl's answers itself only what the lab has no kinds for (the
 * operators' manifests); it passes all other commands to a stock kubectl.
 *
 *   node fake-command.ts PROGRAM [ARGUMENT …]
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { VERSIONS } from '../../scripts/kind/versions.ts';

/** One recorded command. */
export interface RecordedCommand {
  line: string;
  input: string;
  /** Whether the command was passed to a stock kubectl. */
  forwarded: boolean;
}

const OPERATOR_KINDS = /^kind: (KubeVirt|NetworkAddonsConfig)$/m;
const OPERATOR_THINGS = /https:\/\/github\.com\/kubevirt\/|networkaddonsconfigs|crd\//;

const variable = (name: string): string => process.env[name] ?? '';

async function main([program = '', ...args]: string[]): Promise<number> {
  const line = [program, ...args].join(' ');
  const input = args.includes('-') ? await text(process.stdin) : '';
  const forwarded = program === 'kubectl' && !ofOperators(line, input);
  const command: RecordedCommand = { line, input, forwarded };
  appendFileSync(variable('FAKE_LOG'), `${JSON.stringify(command)}\n`);
  if (matches('FAKE_FAILS', line)) {
    console.error('FAKE: configured to fail');
    return 1;
  }
  // Long enough for the test to interrupt it.
  if (matches('FAKE_HANGS', line)) await setTimeout(60_000);
  if (forwarded) {
    const { status } = spawnSync(variable('FAKE_KUBECTL'), args, { input, stdio: ['pipe', 'inherit', 'inherit'] });
    return status ?? 1;
  }
  console.log(outputOf(line, args));
  return 0;
}

function matches(name: string, line: string): boolean {
  return variable(name) !== '' && line.includes(variable(name));
}

function ofOperators(line: string, input: string): boolean {
  return OPERATOR_THINGS.test(line) || OPERATOR_KINDS.test(input);
}

function outputOf(line: string, args: string[]): string {
  const after = (option: string): string => args[args.indexOf(option) + 1] ?? '';
  if (line === 'kind version') return `kind ${variable('FAKE_KIND') || VERSIONS.kind} go1.26.0 linux/amd64`;
  if (line === 'kind get clusters') return variable('FAKE_CLUSTERS');
  if (line.startsWith('kind create cluster')) copyFileSync(variable('FAKE_KUBECONFIG'), after('--kubeconfig'));
  if (line.startsWith('docker cp ')) copyFileSync(variable('FAKE_BIN') + '/kubectl', args[2] ?? '');
  if (line.startsWith('go install')) copyFileSync(variable('FAKE_BIN') + '/kind', variable('GOBIN') + '/kind');
  if (line.endsWith(' ls /dev')) return variable('FAKE_DEVICES');
  if (line.startsWith('docker inspect')) return `172.18.0.${args.at(-1)?.at(-1) ?? ''}`;
  if (line.includes('get networkaddonsconfigs')) return JSON.stringify({ status: { conditions: addonsConditions() } });
  return `FAKE: ${line}`;
}

/** Deploying at the first request, available from the second on. */
function addonsConditions(): object[] {
  const queries = readFileSync(variable('FAKE_LOG'), 'utf8').split('get networkaddonsconfigs').length - 1;
  const available = queries > 1;
  return [
    { type: 'Available', status: available ? 'True' : 'False' },
    {
      type: 'Progressing',
      status: available ? 'False' : 'True',
      reason: 'Deploying',
      message: 'DaemonSet "multus" is not available',
    },
  ];
}

process.exitCode = await main(process.argv.slice(2));
