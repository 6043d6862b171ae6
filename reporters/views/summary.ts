/** The end of stdout: diagnoses, results, retained VMs, and the last line. */
import { removalCommand } from '../../fixtures/cluster/remove-vmi.ts';
import { renderDiagnosis } from '../../model/diagnosis.ts';
import { renderNanoseconds } from '../../model/units.ts';
import { vmiName } from '../../model/vmi-name.ts';
import { mainMeasurement, type RunRecord } from '../record.ts';
import { renderResults } from './results-table.ts';
import type { Verdict } from '../verdict.ts';

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

export function renderLastLine(record: RunRecord, verdict: Verdict): string {
  const latency = mainMeasurement(record)?.latency;
  if (!verdict.succeeded || latency === undefined)
    return `Kubevirt VM latency checkup failed: ${verdict.failureReason}`;
  const { minNs, avgNs, maxNs } = latency;
  return `Kubevirt VM latency checkup succeeded: min ${renderNanoseconds(minNs)} avg ${renderNanoseconds(avgNs)} max ${renderNanoseconds(maxNs)}`;
}
