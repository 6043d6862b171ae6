// SPDX-License-Identifier: Apache-2.0
/** Reports a run: progress and results on stdout, the status keys in the ConfigMap, the last line. Hooks only. */
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
  TestRun,
  TestStep,
} from '@playwright/test/reporter';
import type { CheckupEvent } from '../model/events.ts';
import type { Stage } from '../model/stages.ts';
import { renderRef } from '../model/object-ref.ts';
import { renderNetwork } from '../model/parameters.ts';
import { oneLine } from '../model/text.ts';
import { renderMilliseconds } from '../model/units.ts';
import { chooseCheck } from './choose-check.ts';
import { writeResults, removeLeakedVmis, type WrittenResults } from './write-results.ts';
import { endRun, type Artifacts } from './artifacts/directory.ts';
import { clearEarlierRun } from './artifacts/earlier-run.ts';
import { withWriteTimeout } from './supervision/write-timeout.ts';
import { interruptedBy, keepSignalsFromRunner, whenInterrupted } from './supervision/interruption.ts';
import { countGuests } from './supervision/count-guests.ts';
import { startSignalTimers, signalWorker, startWorkerWatchdog } from './supervision/watchdog.ts';
import { errorText, networkOf, readEvents, renderStage, stageOf, WorkerOutput } from './progress.ts';
import { foldEvents, foldNetworks, type RunRecord } from './record.ts';
import { runResult, worstNetwork } from './run-result.ts';
import { renderCauses } from './views/headline.ts';
import { showLive, type LiveView } from './views/live-view.ts';
import type { Screen } from './views/screen.ts';
import { renderLastLine, renderPlaces, renderSummaries, renderVerdicts } from './views/summary.ts';
import { findPublished, publish } from './artifacts/publish.ts';
import { networkFindings, runDocument, type StagesOf } from './views/json.ts';
import { writeResultFiles } from './artifacts/result-files.ts';
import { pushMetrics } from './push/push-metrics.ts';
import { StageClock } from './stage-clock.ts';
import type { Verdict } from './verdict.ts';

const INTERRUPTED_STATUS = 130;

export default class KiagnoseReporter implements Reporter {
  readonly #artifacts: Artifacts;
  readonly #errors: string[] = [];
  readonly #clock = new StageClock();
  /** If stdout is a terminal. */
  readonly #live: LiveView | undefined;
  readonly #workerOutput: WorkerOutput;
  /** What an earlier run left is gone. */
  #cleared: Promise<void> | undefined;
  /** Warnings from before the worker. */
  readonly #early: CheckupEvent[] = [];
  #result: TestResult | undefined;
  #passed = false;
  #stage: Stage | 'report' | undefined;
  /** The network of that stage, with several networks. */
  #network: string | undefined;
  /** What went on when the signal came. */
  #interruptedStage: { stage: Stage | 'report' | undefined } | undefined;
  #lastLine: string | undefined;
  #ending = false;
  #nothingToRun = false;
  #over = false;
  #stopWatchdog: () => void = () => undefined;

  /** @param options where the run's artifacts go; what a terminal can do, should stdout be one. */
  constructor(options: { artifacts: Artifacts; screen: Screen }) {
    this.#artifacts = options.artifacts;
    this.#live = showLive(options.screen);
    this.#workerOutput = new WorkerOutput(this.#live);
  }

  printsToStdio(): boolean {
    return true;
  }

  async preprocess({ suite, testRun }: { suite: Suite; testRun: TestRun }): Promise<void> {
    await chooseCheck(suite, testRun, process.env, (message) => {
      const warning = oneLine(message);
      console.log(`    warning: ${warning}`);
      this.#early.push({ type: 'warning', message: warning });
    });
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    // A run that is interrupted while its files are loaded has no tests either.
    this.#nothingToRun = suite.allTests().length === 0 && interruptedBy() === undefined;
    if (!this.#nothingToRun) this.#cleared = clearEarlierRun(this.#artifacts.directory);
    whenInterrupted(() => {
      this.#interruptedStage = { stage: this.#stage };
      signalWorker(this.#record.workerPid, 'SIGTERM');
      startSignalTimers(
        countGuests(this.#seen.events),
        () => void this.#finishWithoutWorker(),
        () => {
          this.#exitAtDeadline();
        },
      );
    });
  }

  onTestBegin(_test: TestCase, result: TestResult): void {
    this.#result = result;
    console.log('KubeVirt VM latency checkup');
  }

  onStepBegin(_test: TestCase, _result: TestResult, step: TestStep): void {
    const stage = stageOf(step);
    const network = networkOf(step);
    if (stage === undefined) {
      if (network !== undefined && step.params?.['network'] === network) this.#beginNetwork(network);
      return;
    }
    this.#stage = stage;
    // After an interruption the VMs of the current network are removed outside of its step.
    if (stage !== 'teardown') this.#network = network;
    this.#clock.begin(stage, network ?? this.#network, step);
    // The teardown of one of several networks is not the end of the run.
    if (stage === 'teardown' && network === undefined) keepSignalsFromRunner();
    console.log(`  ...    ${stage}`);
  }

  onStepEnd(_test: TestCase, _result: TestResult, step: TestStep): void {
    const stage = stageOf(step);
    if (stage === undefined) return;
    this.#clock.end(step);
    this.#workerOutput.end();
    const passed = step.error === undefined;
    console.log(renderStage(stage, passed, step.duration, passed ? [] : this.#findings(stage)));
    if (stage === 'input') this.#startWatchdog();
    if (stage === 'teardown' && networkOf(step) === undefined) this.#stage = 'report';
  }

  onStdOut(chunk: string | Buffer): void {
    this.#workerOutput.write(chunk);
  }

  onStdErr(chunk: string | Buffer): void {
    process.stderr.write(chunk);
  }

  onError(error: TestError): void {
    // An error from nowhere, before any check: there is no check to run. A file that does not load has a place.
    if (this.#result === undefined && error.location === undefined) return;
    this.#errors.push(errorText(error));
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    this.#settle();
    this.#passed = result.status === 'passed';
    this.#errors.push(...result.errors.map(errorText));
  }

  async onEnd(result: FullResult): Promise<{ status?: FullResult['status'] } | undefined> {
    keepSignalsFromRunner();
    this.#stopWatchdog();
    // A run that executes no check (--list, --grep, an empty shard) says and writes nothing.
    const untouched = this.#result === undefined && this.#errors.length === 0;
    if (untouched && (this.#nothingToRun || interruptedBy() === undefined)) {
      await withWriteTimeout(endRun(this.#artifacts, true)).catch(() => undefined);
      return undefined;
    }
    if (this.#ending) return { status: 'interrupted' };
    this.#ending = true;
    const written = await this.#finish(result.status === 'interrupted');
    if (written.succeeded) return undefined;
    if (interruptedBy() !== undefined) return { status: 'interrupted' };
    return result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  /** Prints the last line after the output of other reporters. */
  async onExit(): Promise<void> {
    this.#over = true;
    if (this.#lastLine === undefined) return;
    const published = await withWriteTimeout(findPublished(this.#artifacts.directory)).catch(() => ({}));
    const places = { ...published, pod: process.env['POD_NAME'], configMap: this.#record.claim?.configMap };
    for (const line of renderPlaces(places)) console.log(line);
    console.log(this.#lastLine);
  }

  #beginNetwork(network: string): void {
    const all = (this.#record.parameters?.networks ?? []).map(renderRef);
    this.#settle();
    console.log(`Network ${all.indexOf(network) + 1} of ${all.length}: ${network}`);
  }

  /** Ends the display of a stage. */
  #settle(): void {
    this.#workerOutput.end();
    this.#live?.settle();
  }

  /** Returns why this stage failed, as far as it is known by now. */
  #findings(stage: Stage): readonly string[] {
    const record = this.#record;
    const failure = record.failures.find((one) => one.stage === stage);
    if (failure !== undefined) return renderCauses(failure, record);
    const signal = interruptedBy();
    return signal === undefined ? [] : [`interrupted by ${signal}`];
  }

  get #seen(): ReturnType<typeof readEvents> {
    const { events, errors } = this.#result === undefined ? { events: [], errors: [] } : readEvents(this.#result);
    return { events: [...this.#early, ...events], errors };
  }

  /** One for each network, as far as it is known by now. */
  get #records(): readonly RunRecord[] {
    return foldNetworks(this.#seen.events);
  }

  /** The record of the current network. */
  get #record(): RunRecord {
    const records = this.#records;
    const current = records.find(({ parameters }) => parameters && renderNetwork(parameters) === this.#network);
    return current ?? records[0] ?? foldEvents([]);
  }

  async #finish(interrupted: boolean): Promise<Verdict> {
    const { events, errors } = this.#seen;
    const vms = countGuests(events);
    const records = await removeLeakedVmis(foldNetworks(events), vms);
    const summary = renderSummaries(records);
    if (summary !== '') console.log(summary);
    const last = this.#stage;
    this.#stage = 'report';
    const written = await writeResults(records, {
      passed: this.#passed && errors.length === 0,
      interrupted,
      errors: [...errors, ...this.#errors],
      stage: () => (this.#interruptedStage ?? { stage: last }).stage,
      vms,
    });
    const { result } = written;
    for (const line of renderVerdicts(result)) console.log(line);
    this.#lastLine = renderLastLine(worstNetwork(result).record, result.verdict);
    await this.#saveArtifacts(written);
    return result.verdict;
  }

  /** Never throws. */
  async #saveArtifacts(written: WrittenResults): Promise<void> {
    const stagesOf: StagesOf = (network) => this.#clock.recordsOf(network);
    this.#cleared ??= clearEarlierRun(this.#artifacts.directory);
    await withWriteTimeout(this.#cleared).catch(() => undefined);
    const networks = networkFindings(written, stagesOf);
    const pushWarnings = await pushMetrics(networks, countGuests(this.#seen.events), process.env);
    const document = runDocument(written, stagesOf);
    const warnings = [...(document.warnings ?? []), ...(written.warnings ?? []), ...pushWarnings];
    await writeResultFiles(this.#artifacts, { ...document, warnings }, networks);
    await publish(this.#artifacts);
    await withWriteTimeout(endRun(this.#artifacts, false)).catch(() => undefined);
  }

  /** Kills a worker that ends neither at spec.timeout nor after its teardown budget. */
  #startWatchdog(): void {
    const { parameters, workerPid } = this.#record;
    if (parameters === undefined) return;
    const { timeoutMs } = parameters;
    const vms = (): number => countGuests(this.#seen.events);
    this.#stopWatchdog = startWorkerWatchdog(timeoutMs, vms, () => {
      this.#errors.push(`timed out after ${renderMilliseconds(timeoutMs)}: the worker does not answer`);
      signalWorker(workerPid, 'SIGKILL');
    });
  }

  /** Writes the results without the worker when it does not end within its grace period. */
  async #finishWithoutWorker(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    this.#settle();
    console.log('  warning: the worker does not end');
    await this.#finish(true);
    await this.onExit();
    process.exit(INTERRUPTED_STATUS);
  }

  /** Exits although a disk or a report hangs. */
  #exitAtDeadline(): void {
    if (this.#over) return;
    this.#settle();
    if (this.#lastLine === undefined) {
      const stage = (this.#interruptedStage ?? { stage: this.#stage }).stage;
      const outcome = { passed: false, interruptedBy: interruptedBy() ?? 'SIGINT', stage, errors: [] };
      const result = runResult(this.#records, outcome);
      this.#lastLine = renderLastLine(worstNetwork(result).record, result.verdict);
      console.log('  warning: the results are only in this output: there was no time to write them');
    }
    console.log(this.#lastLine);
    process.exit(INTERRUPTED_STATUS);
  }
}
