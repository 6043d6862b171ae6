// SPDX-License-Identifier: Apache-2.0
/** The end of stdout: diagnoses, results, retained VMs, the verdict, where everything is, and the last line. */
import path from 'node:path';
import { removalCommand } from '../../fixtures/cluster/remove-vmi.ts';
import { renderDiagnosis } from '../../model/diagnosis.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { renderNanoseconds } from '../../model/units.ts';
import { vmiName } from '../../model/vmi-name.ts';
import { worstLatency } from '../mesh-view.ts';
import { mainMeasurement, type RunRecord } from '../record.ts';
import type { RunResult } from '../run-result.ts';
import { nameOf, renderHeadline, renderRunHeadline } from './headline.ts';
import { renderResults } from './results-table.ts';
import type { Verdict } from '../verdict.ts';

/** Returns the summary of the run; of several networks, the summary of each one of which more is known than its verdict. */
export function renderSummaries(records: readonly RunRecord[]): string {
  if (records.length === 1) return records.map(renderSummary).join('');
  return records
    .filter(({ network, failures }) => network !== undefined || failures.some(({ diagnosis }) => diagnosis))
    .map((record) => [`Network ${nameOf(record)}`, renderSummary(record)].join('\n'))
    .join('\n\n');
}

/** Returns "" for an empty summary. */
export function renderSummary(record: RunRecord): string {
  const diagnoses = record.failures.flatMap(({ diagnosis }) => diagnosis ?? []);
  const parts = [...diagnoses.map(renderDiagnosis), renderResults(record), renderKept(record)];
  return parts
    .map((part) => part.trimEnd())
    .filter((part) => part !== '')
    .join('\n');
}

function renderKept({ retained }: RunRecord): string {
  if (retained.length === 0) return '';
  const commands = retained.flatMap((vmi) => {
    const { namespace, name } = vmi;
    return [
      `  ${vmiName(vmi)}`,
      `    state    kubectl get vmi -n ${namespace} ${name} -o yaml`,
      `    console  virtctl console -n ${namespace} ${name}`,
      `    remove   ${removalCommand(vmi)}`,
    ];
  });
  return ['Retained for debugging', ...commands].join('\n');
}

/** Returns the line of the verdict; with several networks the list of networks before it. */
export function renderVerdicts(result: RunResult): string[] {
  const { networks, verdict } = result;
  if (networks.length === 1) return [renderVerdict(networks[0].record, verdict)];
  const width = Math.max(...networks.map(({ record }) => nameOf(record).length));
  const lines = networks.map((network) => {
    const outcome = network.verdict.succeeded ? 'ok    ' : network.began ? 'FAILED' : '-     ';
    return `  ${outcome} ${nameOf(network.record).padEnd(width)}  ${renderHeadline(network.record, network.verdict)}`;
  });
  return ['Networks', ...lines, renderOutcome(verdict, renderRunHeadline(result))];
}

/** Returns one line: "Verdict: FAILED  max 61.2ms exceeds 50ms". */
export function renderVerdict(record: RunRecord, verdict: Verdict): string {
  return renderOutcome(verdict, renderHeadline(record, verdict));
}

function renderOutcome({ succeeded, interruptedBy }: Verdict, headline: string): string {
  const ended = interruptedBy === undefined ? 'FAILED' : 'INTERRUPTED';
  return `Verdict: ${succeeded ? 'SUCCEEDED' : ended}  ${headline}`;
}

/** Where a run's results are. */
export interface Places {
  /** The report page. */
  readonly report?: string | undefined;
  /** The directory. */
  readonly artifacts?: string | undefined;
  /** The pod that contains the directory; undefined outside of pods. */
  readonly pod?: string | undefined;
  /** The ConfigMap in the cluster, or the file with its copy. */
  readonly configMap?: ObjectRef | string | undefined;
}

/** Returns one line for each known place. */
export function renderPlaces({ report, artifacts, pod, configMap }: Places): string[] {
  const shown =
    typeof configMap === 'object' ? `${configMap.namespace}/${configMap.name}` : configMap && shownPath(configMap);
  const inPod = pod === undefined ? '' : ` (in pod "${pod}": see docs/artifacts.md)`;
  return [
    ...(report === undefined ? [] : [`Report:    ${shownPath(report)}`]),
    ...(artifacts === undefined ? [] : [`Artifacts: ${shownPath(artifacts)}${inPod}`]),
    ...(shown === undefined ? [] : [`ConfigMap: ${shown}`]),
  ];
}

/** Returns the path relative to the working directory if it is below it. */
function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}

/** Whether a line of the log is one of `renderPlaces`. */
export function isPlaceLine(line: string): boolean {
  return /^(Report: {4}|Artifacts: |ConfigMap: )/.test(line);
}

/** Whether a line of the log is the last line of a checkup. */
export function isLastLine(line: string): boolean {
  return /^Kubevirt VM latency checkup (failed|succeeded): /.test(line);
}

export function renderLastLine(record: RunRecord, verdict: Verdict): string {
  const latency = mainMeasurement(record)?.latency ?? worstLatency(record);
  if (!verdict.succeeded || latency === undefined)
    return `Kubevirt VM latency checkup failed: ${verdict.failureReason}`;
  const { minNs, avgNs, maxNs } = latency;
  return `Kubevirt VM latency checkup succeeded: min ${renderNanoseconds(minNs)} avg ${renderNanoseconds(avgNs)} max ${renderNanoseconds(maxNs)}`;
}
