// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench [-- SECTION …]`: overhead and accuracy of the checkup on real guests. Prints one table and saves it under
 * artifacts/bench/. Exits with 1 if a checkup fails or a figure is out of bounds. Figures without a bound do not affect the exit code.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { attribution } from './bench/attribution.ts';
import { BenchLab } from './bench/bench-lab.ts';
import { CheckupFailed } from './bench/checkup-run.ts';
import { coldStart } from './bench/cold-start.ts';
import { isWithinBound, type Figure } from './bench/figure.ts';
import { load } from './bench/load.ts';
import { mesh } from './bench/mesh.ts';
import { migration } from './bench/migration.ts';
import { overhead } from './bench/overhead.ts';
import { renderMarkdown, renderTable } from './bench/render.ts';
import { accuracy } from './bench/accuracy.ts';
import { trend } from './bench/trend.ts';
import { ensureGuests } from './guest-image.ts';

type Section = (log: (line: string) => void) => Promise<Figure[]>;
type GuestSection = (bench: BenchLab, log: (line: string) => void) => Promise<Figure[]>;

const DIRECTORY = path.join(import.meta.dirname, '..', 'artifacts', 'bench');
const WITH_GUESTS: Readonly<Record<string, GuestSection>> = {
  accuracy,
  'cold-start': coldStart,
  overhead,
  load,
  migration,
};
/** Sections that need no real guests. */
const WITHOUT_GUESTS: Readonly<Record<string, Section>> = {
  attribution: () => Promise.resolve(attribution()),
  mesh: (log) => mesh(DIRECTORY, log),
  trend: () => Promise.resolve(trend()),
};
const ALL = [...Object.keys(WITH_GUESTS), ...Object.keys(WITHOUT_GUESTS)];

/** Prints a line for each run: a benchmark takes minutes. */
function log(line: string): void {
  console.log(`  ${new Date().toISOString().slice(11, 19)} ${line}`);
}

interface Outcome {
  readonly figures: Figure[];
  readonly problems: string[];
}

async function measure(chosen: readonly string[]): Promise<Outcome> {
  const outcome: Outcome = { figures: [], problems: [] };
  const withGuests = chosen.filter((name) => name in WITH_GUESTS);
  if (withGuests.length > 0) {
    await ensureGuests();
    const bench = await BenchLab.start(DIRECTORY);
    try {
      for (const name of withGuests) await addSection(outcome, name, WITH_GUESTS[name]?.(bench, log));
    } finally {
      await bench.stop();
    }
  }
  for (const name of chosen) await addSection(outcome, name, WITHOUT_GUESTS[name]?.(log));
  return outcome;
}

/** Adds the figures of a section, or that a checkup failed. */
async function addSection(
  { figures, problems }: Outcome,
  name: string,
  section: Promise<Figure[]> | undefined,
): Promise<void> {
  try {
    figures.push(...((await section) ?? []));
  } catch (error) {
    if (!(error instanceof CheckupFailed)) throw error;
    problems.push(`${name}: a checkup ${error.message}`);
  }
}

/** Describes the machine and its load: the accuracy of the figures depends on them. */
function describeMachine(): string {
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, load average ${load} at the start`;
}

async function saveResults(machine: string, figures: readonly Figure[], problems: readonly string[]): Promise<void> {
  const date = new Date().toISOString();
  await writeFile(path.join(DIRECTORY, 'bench.json'), JSON.stringify({ date, machine, figures, problems }, null, 2));
  const sections = [`# Benchmark of ${date}`, machine, renderMarkdown(figures), ...problems.map((one) => `- ${one}`)];
  await writeFile(path.join(DIRECTORY, 'bench.md'), `${sections.join('\n\n')}\n`);
}

async function bench(wanted: readonly string[]): Promise<number> {
  const unknown = wanted.filter((name) => !ALL.includes(name));
  if (unknown.length > 0) {
    console.error(`no section ${unknown.join(', ')}: expected some of ${ALL.join(', ')}`);
    return 2;
  }
  const machine = describeMachine();
  await rm(DIRECTORY, { recursive: true, force: true });
  await mkdir(DIRECTORY, { recursive: true });
  const { figures, problems } = await measure(wanted.length > 0 ? wanted : ALL);
  for (const figure of figures)
    if (!isWithinBound(figure)) problems.push(`${figure.section}: ${figure.name} is out of bounds`);
  console.log(renderTable(figures));
  await saveResults(machine, figures, problems);
  for (const problem of problems) console.error(problem);
  console.log(`Saved in ${DIRECTORY}`);
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await bench(process.argv.slice(2));
