/** Turns a run into the answer: progress and results on stdout, the status keys in the ConfigMap, the last line. Hooks only. */
import type { FullResult, Reporter, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { INTERRUPTED_ANSWER_MS, type Stage } from '../model/stages.ts';
import { oneLine } from '../model/text.ts';
import { answer, withoutLeftovers } from './answer.ts';
import { interruptedBy, keepSignalsFromRunner, whenInterrupted } from './interruption.ts';
import { errorText, readEvents, renderStageEnd, stageOf } from './progress.ts';
import { foldEvents, type RunRecord } from './record.ts';
import { renderFindings } from './status-keys.ts';
import { renderLastLine, renderResults } from './summary.ts';
import type { Verdict } from './verdict.ts';

/** When nobody waits for a worker any longer that does not end; what is left is the time to write. */
const LAST_RESORT_MS = INTERRUPTED_ANSWER_MS - 3000;
const INTERRUPTED_STATUS = 130;

export default class KiagnoseReporter implements Reporter {
  readonly #errors: string[] = [];
  #result: TestResult | undefined;
  #passed = false;
  #stage: Stage | 'report' | undefined;
  /** What went on when the signal came. */
  #interruptedStage: { stage: Stage | 'report' | undefined } | undefined;
  #lastLine: string | undefined;
  #ending = false;

  printsToStdio(): boolean {
    return true;
  }

  onBegin(): void {
    whenInterrupted(() => {
      this.#interruptedStage = { stage: this.#stage };
      this.#tellWorker();
      setTimeout(() => {
        void this.#lastResort();
      }, LAST_RESORT_MS).unref();
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
    if (stage === 'teardown') keepSignalsFromRunner();
    console.log(`  ...    ${stage}`);
  }

  onStepEnd(_test: TestCase, _result: TestResult, step: TestStep): void {
    const stage = stageOf(step);
    if (stage !== undefined) console.log(renderStageEnd(stage, step));
  }

  onStdOut(chunk: string | Buffer): void {
    process.stdout.write(chunk);
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
    this.#passed = result.status === 'passed';
    this.#errors.push(...result.errors.map(errorText));
    // For human eyes, in the HTML report; the attachments are the source.
    const findings = renderFindings(foldEvents(readEvents(result).events));
    result.annotations.push(...Object.entries(findings).map(([type, description]) => ({ type, description })));
  }

  async onEnd(result: FullResult): Promise<{ status?: FullResult['status'] } | undefined> {
    keepSignalsFromRunner();
    // A run that executes no check (--list, --grep, an empty shard) says and writes nothing.
    if (this.#result === undefined && this.#errors.length === 0 && interruptedBy() === undefined) return undefined;
    this.#ending = true;
    const written = await this.#finish(result.status === 'interrupted');
    if (written.succeeded) return undefined;
    if (interruptedBy() !== undefined) return { status: 'interrupted' };
    return result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  onExit(): Promise<void> {
    if (this.#lastLine !== undefined) console.log(this.#lastLine);
    return Promise.resolve();
  }

  async #finish(interrupted: boolean): Promise<Verdict> {
    const { events, errors } = this.#result === undefined ? { events: [], errors: [] } : readEvents(this.#result);
    const record: RunRecord = await withoutLeftovers(foldEvents(events));
    for (const warning of record.warnings) console.log(`  warning: ${oneLine(warning)}`);
    const results = renderResults(record);
    if (results !== '') console.log(results);
    const last = this.#stage;
    this.#stage = 'report';
    const written = await answer(record, {
      passed: this.#passed && errors.length === 0,
      interrupted,
      errors: [...errors, ...this.#errors],
      stage: () => (this.#interruptedStage ?? { stage: last }).stage,
    });
    this.#lastLine = renderLastLine(record, written);
    return written;
  }

  /** So that its teardown keeps to the time there is after a signal, also where the runner hears of none. */
  #tellWorker(): void {
    if (this.#result === undefined) return;
    const { workerPid } = foldEvents(readEvents(this.#result).events);
    if (workerPid === undefined) return;
    try {
      process.kill(workerPid, 'SIGTERM');
    } catch {
      // It has ended meanwhile.
    }
  }

  /** A worker that hangs must not keep the answer from being written while there is time. */
  async #lastResort(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    await this.#finish(true);
    await this.onExit();
    process.exit(INTERRUPTED_STATUS);
  }
}
