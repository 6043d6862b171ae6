/** Turns a run into the answer: progress and results on stdout, the status keys in the ConfigMap, the last line. Hooks only. */
import type { FullResult, Reporter, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';
import { Cluster } from '../fixtures/cluster/cluster.ts';
import { connect } from '../fixtures/cluster/connection.ts';
import { claimConfigMap } from '../fixtures/input/claim.ts';
import { configMapRef } from '../fixtures/input/configmap-ref.ts';
import type { ClaimedConfigMap } from '../model/events.ts';
import { messageOf } from '../model/errors.ts';
import type { Stage } from '../model/stages.ts';
import { oneLine } from '../model/text.ts';
import { writeStatus } from './config-map.ts';
import { interruptedBy, keepSignalsFromTeardown } from './interruption.ts';
import { removeLeftBehind } from './left-behind.ts';
import { errorText, readEvents, renderStageEnd, stageOf } from './progress.ts';
import { foldEvent, foldEvents, type RunRecord } from './record.ts';
import { renderFindings, renderStatus } from './status-keys.ts';
import { renderLastLine, renderResults } from './summary.ts';
import { verdict, type Verdict } from './verdict.ts';

/** Milliseconds for what a killed worker left; less after a signal, since the results must still be written in time. */
const LEFTOVERS_MS = 30_000;
const LEFTOVERS_INTERRUPTED_MS = 8000;

function tellWarning(message: string): void {
  console.log(`  warning: ${oneLine(message)}`);
}

export default class KiagnoseReporter implements Reporter {
  readonly #errors: string[] = [];
  #result: TestResult | undefined;
  #passed = false;
  #stage: Stage | undefined;
  #interruptedStage: { stage: Stage | undefined } | undefined;
  #lastLine: string | undefined;

  printsToStdio(): boolean {
    return true;
  }

  onTestBegin(_test: TestCase, result: TestResult): void {
    this.#result = result;
    console.log('KubeVirt VM latency checkup');
  }

  onStepBegin(_test: TestCase, _result: TestResult, step: TestStep): void {
    const stage = stageOf(step);
    if (stage === undefined) return;
    // Teardown follows an interruption: the stage it interrupted is the one before.
    if (interruptedBy() !== undefined) this.#interruptedStage ??= { stage: this.#stage };
    this.#stage = stage;
    if (stage === 'teardown') keepSignalsFromTeardown();
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
    const signal = interruptedBy();
    // A run that executes no check (--list, --grep, an empty shard) says and writes nothing.
    if (this.#result === undefined && this.#errors.length === 0 && signal === undefined) return undefined;

    const { events, errors } = this.#result === undefined ? { events: [], errors: [] } : readEvents(this.#result);
    const record = await this.#withoutLeftovers(foldEvents(events), signal !== undefined);
    const decision = verdict(record, {
      passed: this.#passed && errors.length === 0,
      interruptedBy: signal ?? (result.status === 'interrupted' ? 'SIGINT' : undefined),
      stage: (this.#interruptedStage ?? { stage: this.#stage }).stage,
      errors: [...errors, ...this.#errors],
    });
    for (const warning of record.warnings) console.log(`  warning: ${oneLine(warning)}`);
    const results = renderResults(record);
    if (results !== '') console.log(results);
    const written = await this.#write(record, decision);
    this.#lastLine = renderLastLine(record, written);
    if (written.succeeded) return undefined;
    if (signal !== undefined) return { status: 'interrupted' };
    return result.status === 'passed' ? { status: 'failed' } : undefined;
  }

  onExit(): Promise<void> {
    if (this.#lastLine !== undefined) console.log(this.#lastLine);
    return Promise.resolve();
  }

  /** A worker that was killed has removed nothing; one that tried and failed has said so. */
  async #withoutLeftovers(record: RunRecord, interrupted: boolean): Promise<RunRecord> {
    const tried = record.failures.some(({ stage }) => stage === 'teardown');
    if (record.left.length === 0 || tried) return record;
    console.log('  ...    teardown, in place of the worker');
    try {
      const budgetMs = interrupted ? LEFTOVERS_INTERRUPTED_MS : LEFTOVERS_MS;
      const gone = await removeLeftBehind(new Cluster(connect(), tellWarning), record.left, budgetMs);
      return gone.reduce<RunRecord>((rest, vmi) => foldEvent(rest, { type: 'removed', vmi }), record);
    } catch (error) {
      console.log(`  warning: what was created could not be removed: ${oneLine(messageOf(error))}`);
      return record;
    }
  }

  /** The verdict as it stands once the results are written: a failed write fails the run. */
  async #write(record: RunRecord, decision: Verdict): Promise<Verdict> {
    try {
      const cluster = new Cluster(connect(), tellWarning);
      const claim = record.claim ?? (await this.#claim(cluster, record));
      if (claim === undefined) return decision;
      await writeStatus(cluster, claim, renderStatus(record, decision, new Date()));
      return decision;
    } catch (error) {
      const reason = oneLine(messageOf(error));
      if (decision.succeeded) return { succeeded: false, failureReason: reason };
      console.log(`  warning: the results stand here only: ${reason}`);
      return decision;
    }
  }

  /** Where the worker never came to claim the ConfigMap, the reporter does; what the worker could not claim stays as it is. */
  async #claim(cluster: Cluster, record: RunRecord): Promise<ClaimedConfigMap | undefined> {
    if (record.failures.length > 0) return undefined;
    const claim = await claimConfigMap(cluster, configMapRef(process.env), process.env, new Date());
    return claim.configMap;
  }
}
