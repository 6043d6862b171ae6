// SPDX-License-Identifier: Apache-2.0
/** Overhead of a run without guest boot and sample: time by stage, requests, memory, processor time, console bytes. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BenchLab, Measured } from './bench-lab.ts';
import { medianFigure, worstFigure, type Figure } from './figure.ts';
import { measureCost, totalPssKib, type ProcessCost } from './process-cost.ts';
import { countRequests } from './request-counts.ts';
import { overheadParts, stageAt } from './stage-times.ts';

const SAMPLE_SECONDS = 5;
const RUNS = { polling: 2, watching: 3 };
const BOUNDS = { overheadSeconds: 4, requests: { polling: 60, watching: 20 }, pssMib: 320 };
const section = 'overhead';

type Mode = keyof typeof RUNS;

interface RunWithCost extends Measured {
  readonly cost: ProcessCost;
}

export async function overhead(bench: BenchLab, log: (line: string) => void): Promise<Figure[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-node-'));
  try {
    // A copy, so that no other process shares the pages of the program, as in a container.
    const node = path.join(directory, 'node');
    await copyFile(process.execPath, node);
    const polling = await runs(bench, 'polling', node, log);
    await bench.extendPermissions();
    const watching = await runs(bench, 'watching', node, log);
    return [
      ...timeFigures('watching', watching),
      ...timeFigures('polling', polling).slice(0, 1),
      requestFigure('watching', watching),
      requestFigure('polling', polling),
      ...costFigures([...watching, ...polling]),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function runs(bench: BenchLab, way: Mode, node: string, log: (line: string) => void): Promise<RunWithCost[]> {
  const measured: RunWithCost[] = [];
  for (let run = 1; run <= RUNS[way]; run += 1) {
    log(`overhead, ${way}, run ${run} of ${RUNS[way]}`);
    let cost: Promise<ProcessCost> | undefined;
    const env = { SAMPLE_DURATION_SECONDS: String(SAMPLE_SECONDS) };
    const result = await bench.checkup({ env, node, started: (pid) => void (cost = measureCost(pid)) });
    if (cost === undefined) throw new Error('the checkup has no process');
    measured.push({ ...result, cost: await cost });
  }
  return measured;
}

function partsOf(run: Measured): Map<string, number> {
  return overheadParts(run, { bootMs: run.bootMs, sampleMs: SAMPLE_SECONDS * 1000 });
}

function timeFigures(way: Mode, measured: readonly RunWithCost[]): Figure[] {
  const parts = measured.map(partsOf);
  const seconds = (part: string): number[] => parts.map((found) => (found.get(part) ?? 0) / 1000);
  const total = medianFigure(
    {
      section,
      name: `${way}: overhead`,
      unit: 's',
      bound: { atMost: BOUNDS.overheadSeconds },
      note: 'whole run - guest boot - 5 s of sample',
    },
    parts.map((found) => [...found.values()].reduce((sum, ms) => sum + ms, 0) / 1000),
  );
  const split = [...(parts[0]?.keys() ?? [])].map((part) =>
    medianFigure({ section, name: `${way}: ${part}`, unit: 's', note: NOTES[part] ?? '' }, seconds(part)),
  );
  const boot = medianFigure(
    { section, name: `${way}: guest boot`, unit: 's', note: 'not part of the overhead' },
    measured.map(({ bootMs }) => bootMs / 1000),
  );
  return [total, ...split, boot];
}

const NOTES: Readonly<Record<string, string>> = {
  start: 'until the first stage: Node, Playwright, the files of the check',
  setup: 'beyond guest boot',
  latency: 'beyond the sample',
  'result and exit': 'results into the ConfigMap, reports, end of the process',
};

function requestFigure(way: Mode, measured: readonly RunWithCost[]): Figure {
  const counts = measured.map(({ requests }) => countRequests(requests));
  const most = measured.reduce((a, b) => (b.requests.length > a.requests.length ? b : a));
  const split = [...countRequests(most.requests)].map(([what, count]) => `${count} ${what}`);
  return worstFigure(
    {
      section,
      name: `${way}: API requests`,
      unit: '',
      bound: { atMost: BOUNDS.requests[way] },
      note: split.join(', '),
    },
    counts.map((count) => [...count.values()].reduce((sum, one) => sum + one, 0)),
  );
}

function costFigures(measured: readonly RunWithCost[]): Figure[] {
  const [first] = measured;
  if (first === undefined) return [];
  const worst = measured.reduce((a, b) => (totalPssKib(b.cost.peak.memory) > totalPssKib(a.cost.peak.memory) ? b : a));
  const { atMs, memory } = worst.cost.peak;
  const when = `${((atMs - worst.startedMs) / 1000).toFixed(1)} s after the start, in ${stageAt(worst, atMs)}`;
  const where = memory.map(({ role, pssKib, anonymousKib }) => {
    return `${role} ${mib(pssKib)} MiB (${mib(anonymousKib)} of it its own data)`;
  });
  const bytes = (run: RunWithCost): number => run.consoleBytes.fromGuests + run.consoleBytes.toGuests;
  return [
    worstFigure(
      {
        section,
        name: 'peak PSS',
        unit: 'MiB',
        bound: { atMost: BOUNDS.pssMib },
        note: `the worst run's: ${when}: ${where.join(', ')}`,
      },
      measured.map(({ cost }) => totalPssKib(cost.peak.memory) / 1024),
    ),
    ...(['main', 'worker'] as const).map((role) =>
      medianFigure(
        { section, name: `processor time, ${role}`, unit: 's' },
        measured.map(({ cost }) => cost.cpuMs[role] / 1000),
      ),
    ),
    medianFigure(
      {
        section,
        name: 'bytes over the consoles',
        unit: 'kB',
        note: `of both guests; ${(first.consoleBytes.toGuests / 1000).toFixed(1)} kB of them typed`,
      },
      measured.map((run) => bytes(run) / 1000),
    ),
  ];
}

function mib(kib: number): string {
  return (kib / 1024).toFixed(0);
}
