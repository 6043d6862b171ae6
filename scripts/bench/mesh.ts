// SPDX-License-Identifier: Apache-2.0
/** What a mesh costs as it grows: time, requests, console bytes and memory. Scripted guests in the process of the benchmark; their latency means nothing. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { startLab, type Lab, type ServedRequest } from '../../lab/lab.ts';
import type { JsonObject } from '../../lab/objects.ts';
import { runCheckup, type CheckupRun } from './checkup-run.ts';
import type { Figure } from './figure.ts';
import { measureCost, totalPssKib, type ProcessCost } from './process-cost.ts';
import { countRequests, mostPerSecond } from './request-counts.ts';
import { endOf, stageTimes } from './stage-times.ts';

const SIZES = [10, 20, 50, 100];
const ZONES = ['a', 'b', 'c', 'd'];
const STAGES = ['input', 'prerequisites', 'setup', 'rounds', 'retest', 'teardown'] as const;
const BOUNDS = { secondsPerRound: 2.5, requestsPerSecond: 20, pssMib: 400 };
const MANIFESTS = path.join(import.meta.dirname, '..', '..', 'manifests');
const section = 'mesh';

interface MeshRun {
  readonly nodes: number;
  readonly run: CheckupRun;
  readonly requests: readonly ServedRequest[];
  readonly consoleBytes: number;
  readonly cost: ProcessCost;
}

/** @param directory of the labs and of the runs' files. */
export async function mesh(directory: string, log: (line: string) => void): Promise<Figure[]> {
  const program = await mkdtemp(path.join(tmpdir(), 'bench-node-'));
  try {
    // A copy, so that no other process shares the pages of the program, as in a container.
    const node = path.join(program, 'node');
    await copyFile(process.execPath, node);
    const figures: Figure[] = [];
    for (const nodes of SIZES) {
      log(`mesh of ${nodes} nodes, ${(nodes * (nodes - 1)) / 2} pairs`);
      figures.push(...figuresOf(await measure(nodes, node, path.join(directory, `mesh-${nodes}`))));
    }
    return figures;
  } finally {
    await rm(program, { recursive: true });
  }
}

async function measure(nodes: number, node: string, directory: string): Promise<MeshRun> {
  const lab = await startLab({ guests: 'scripted', nodes, zones: ZONES, directory, objects: await documents() });
  try {
    const { run, cost } = await runWithCost(lab, node, directory);
    const { fromGuests, toGuests } = lab.consoleBytes();
    return { nodes, run, requests: lab.requests, consoleBytes: fromGuests + toGuests, cost };
  } finally {
    await lab.stop();
  }
}

async function runWithCost(
  lab: Lab,
  node: string,
  directory: string,
): Promise<{ readonly run: CheckupRun; readonly cost: ProcessCost }> {
  let cost: Promise<ProcessCost> | undefined;
  const run = await runCheckup({
    kubeconfig: lab.kubeconfigOf('latency', 'vm-latency-checkup-sa'),
    directory: path.join(directory, 'run'),
    node,
    env: { TOPOLOGY: 'mesh', SAMPLE_DURATION_SECONDS: '1' },
    started: (pid) => void (cost = measureCost(pid)),
  });
  if (cost === undefined) throw new Error('the checkup has no process');
  return { run, cost: await cost };
}

async function documents(): Promise<JsonObject[]> {
  const texts = ['rbac.yaml', 'rbac-extended.yaml', 'config.yaml'].map((name) =>
    readFile(path.join(MANIFESTS, name), 'utf8'),
  );
  return parseAllDocuments((await Promise.all(texts)).join('\n---\n')).map((each) => each.toJS() as JsonObject);
}

function figuresOf({ nodes, run, requests, consoleBytes, cost }: MeshRun): Figure[] {
  const rounds = nodes % 2 === 0 ? nodes - 1 : nodes;
  const pairs = (nodes * (nodes - 1)) / 2;
  const times = stageTimes(run, STAGES);
  const seconds = (stage: (typeof STAGES)[number]): number => (times.get(stage) ?? 0) / 1000;
  const after = (run.endedMs - endOf(run, 'teardown')) / 1000;
  const before = (run.endedMs - run.startedMs) / 1000 - after - STAGES.reduce((sum, stage) => sum + seconds(stage), 0);
  const figure = (name: string, value: number, unit: string, rest: Partial<Figure> = {}): Figure => ({
    section,
    name: `${nodes} nodes: ${name}`,
    value,
    unit,
    ...rest,
  });
  const { atMs, memory } = cost.peak;
  const own = memory.map(({ role, pssKib, anonymousKib }) => `${role} ${mib(pssKib)} MiB (${mib(anonymousKib)} own)`);
  const counts = [...countRequests(requests)].map(([what, count]) => `${count} ${what}`);
  return [
    figure('whole run', (run.endedMs - run.startedMs) / 1000, 's', {
      note: [
        `start ${before.toFixed(1)}`,
        ...STAGES.map((stage) => `${stage} ${seconds(stage).toFixed(1)}`),
        `result and exit ${after.toFixed(1)}`,
      ].join(', '),
    }),
    figure('a round', seconds('rounds') / rounds, 's', { bound: { atMost: BOUNDS.secondsPerRound } }),
    figure('API requests', requests.length, '', { note: counts.join(', ') }),
    figure('API requests in a second', mostPerSecond(requests.map(({ time }) => time)), '', {
      bound: { atMost: BOUNDS.requestsPerSecond },
    }),
    figure('console bytes for a pair', consoleBytes / 1000 / pairs, 'kB'),
    figure('peak PSS', totalPssKib(memory) / 1024, 'MiB', {
      bound: { atMost: BOUNDS.pssMib },
      note: `${((atMs - run.startedMs) / 1000).toFixed(1)} s after the start, ${stageOf(run, atMs)}: ${own.join(', ')}`,
    }),
    figure('processor time', (cost.cpuMs.main + cost.cpuMs.worker) / 1000, 's', {
      note: `main ${(cost.cpuMs.main / 1000).toFixed(1)}, worker ${(cost.cpuMs.worker / 1000).toFixed(1)}`,
    }),
  ];
}

function stageOf(run: CheckupRun, atMs: number): string {
  return STAGES.find((stage) => atMs <= endOf(run, stage)) ?? 'after teardown';
}

function mib(kib: number): string {
  return (kib / 1024).toFixed(0);
}
