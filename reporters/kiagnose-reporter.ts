/** Reports a run: progress and results on stdout, the status keys in the ConfigMap, the last line. Hooks only. */
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import type { Stage } from '../model/stages.ts';
import { renderMilliseconds } from '../model/units.ts';
import { writeResults, removeLeakedVmis } from './write-results.ts';
import { endRun, type Artifacts } from './artifacts/directory.ts';
import { clearEarlierRun } from './artifacts/earlier-run.ts';
import { withWriteTimeout } from './supervision/write-timeout.ts';
import { interruptedBy, keepSignalsFromRunner, whenInterrupted } from './supervision/interruption.ts';
import { startSignalTimers, signalWorker, startWorkerWatchdog } from './supervision/watchdog.ts';
import { errorText, readEvents, renderStage, stageOf, WorkerOutput } from './progress.ts';
import { foldEvents, type RunRecord } from './record.ts';
import { renderCauses } from './views/headline.ts';
import { showLive, type LiveView } from './views/live-view.ts';
import type { Screen } from './views/screen.ts';
import { renderLastLine, renderPlaces, renderSummary, renderVerdict } from './views/summary.ts';
import { findPublished, publish } from './artifacts/publish.ts';
import type { ResultDocument } from '../model/result-document.ts';
import { resultDocument } from './views/json.ts';
import { writeResultFiles } from './artifacts/result-files.ts';
import { StageClock } from './stage-clock.ts';
import { verdict, type Verdict } from './verdict.ts';

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
  #result: TestResult | undefined;
  #passed = false;
  #stage: Stage | 'report' | undefined;
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

  onBegin(_config: FullConfig, suite: Suite): void {
    // A run that is interrupted while its files are loaded has no tests either.
    this.#nothingToRun = suite.allTests().length === 0 && interruptedBy() === undefined;
    if (!this.#nothingToRun) this.#cleared = clearEarlierRun(this.#artifacts.directory);
    whenInterrupted(() => {
      this.#interruptedStage = { stage: this.#stage };
      signalWorker(this.#record.workerPid, 'SIGTERM');
      startSignalTimers(
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
    if (stage === undefined) return;
    this.#stage = stage;
    this.#clock.begin(stage, step);
    if (stage === 'teardown') keepSignalsFromRunner();
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
    if (stage === 'teardown') this.#stage = 'report';
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
    const places = { ...published, configMap: this.#record.claim?.configMap };
    for (const line of renderPlaces(places)) console.log(line);
    console.log(this.#lastLine);
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
    return this.#result === undefined ? { events: [], errors: [] } : readEvents(this.#result);
  }

  /** As far as it is known by now. */
  get #record(): RunRecord {
    return foldEvents(this.#seen.events);
  }

  async #finish(interrupted: boolean): Promise<Verdict> {
    const { events, errors } = this.#seen;
    const record: RunRecord = await removeLeakedVmis(foldEvents(events));
    const summary = renderSummary(record);
    if (summary !== '') console.log(summary);
    const last = this.#stage;
    this.#stage = 'report';
    const given = await writeResults(record, {
      passed: this.#passed && errors.length === 0,
      interrupted,
      errors: [...errors, ...this.#errors],
      stage: () => (this.#interruptedStage ?? { stage: last }).stage,
    });
    console.log(renderVerdict(record, given.verdict));
    this.#lastLine = renderLastLine(record, given.verdict);
    await this.#saveArtifacts(resultDocument(record, given, this.#clock.records), record.routes);
    return given.verdict;
  }

  /** Never throws. */
  async #saveArtifacts(document: ResultDocument, routes: RunRecord['routes']): Promise<void> {
    this.#cleared ??= clearEarlierRun(this.#artifacts.directory);
    await withWriteTimeout(this.#cleared).catch(() => undefined);
    await writeResultFiles(this.#artifacts, document, routes);
    await publish(this.#artifacts);
    await withWriteTimeout(endRun(this.#artifacts, false)).catch(() => undefined);
  }

  /** Kills a worker that ends neither at spec.timeout nor after its teardown budget. */
  #startWatchdog(): void {
    const { parameters, workerPid } = this.#record;
    if (parameters === undefined) return;
    const { timeoutMs } = parameters;
    this.#stopWatchdog = startWorkerWatchdog(timeoutMs, () => {
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
      const record = this.#record;
      const stage = (this.#interruptedStage ?? { stage: this.#stage }).stage;
      const outcome = { passed: false, interruptedBy: interruptedBy() ?? 'SIGINT', stage, errors: [] };
      this.#lastLine = renderLastLine(record, verdict(record, outcome));
      console.log('  warning: the results are only in this output: there was no time to write them');
    }
    console.log(this.#lastLine);
    process.exit(INTERRUPTED_STATUS);
  }
}
