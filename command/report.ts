// SPDX-License-Identifier: Apache-2.0
/** `npm run report`: builds the report page of a run and its Allure report, with earlier runs as its history; opens the page in a terminal. */
import { parseArgs } from 'node:util';
import { $, which } from 'zx';
import { buildPage } from './report/build-page.ts';
import { buildReport } from './report/build-report.ts';
import { chooseRun, describeRuns } from './report/choose-run.ts';
import { REPORT } from './started-by.ts';

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

async function open(file: string): Promise<void> {
  const opener = OPENERS[process.platform] ?? 'xdg-open';
  if ((await which(opener, { nothrow: true })) === null) return;
  await $({ nothrow: true, quiet: true })`${opener} ${file}`;
}

const USAGE = `${REPORT} [DIRECTORY]
  DIRECTORY   the artifacts of a run, or a directory with those of several runs; default: the newest run in ARTIFACTS_DIR or artifacts/
  --no-open   only make the report`;

function parse(): { positionals: string[]; values: { open: boolean; help: boolean } } {
  try {
    return parseArgs({
      allowPositionals: true,
      allowNegative: true,
      options: { open: { type: 'boolean', default: true }, help: { type: 'boolean', default: false } },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const { positionals, values } = parse();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
try {
  const [named] = positionals;
  const runs = await chooseRun(named, process.env['ARTIFACTS_DIR'] || 'artifacts');
  for (const line of await describeRuns(runs)) console.log(line);
  const { directory } = runs.chosen;
  const page = await buildPage(directory);
  console.log(`The report is ${page}`);
  console.log(`The Allure report is ${await buildReport(directory)}`);
  if (values.open && process.stdout.isTTY) await open(page);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
