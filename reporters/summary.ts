/** The results as one readable block for stdout, and the last line. */
import { lossPercent } from '../model/sample.ts';
import { renderNanoseconds } from '../model/units.ts';
import type { RunRecord } from './record.ts';
import type { Verdict } from './verdict.ts';

function rows(record: RunRecord): [string, string][] {
  const { measurement, sourceNode, targetNode, parameters } = record;
  const lines: [string, string][] = [];
  if (parameters['network'] !== undefined) lines.push(['network', parameters['network']]);
  if (sourceNode !== undefined) lines.push(['source node', sourceNode]);
  if (targetNode !== undefined) lines.push(['target node', targetNode]);
  if (measurement === undefined) return lines;
  const { transmitted, received, duplicates, errors, latency } = measurement;
  const extra = [...(duplicates > 0 ? [`${duplicates} duplicates`] : []), ...(errors > 0 ? [`${errors} errors`] : [])];
  lines.push(['packets', [`${transmitted} transmitted`, `${received} received`, ...extra].join(', ')]);
  lines.push(['packet loss', `${lossPercent(measurement)}%`]);
  if (latency !== undefined) {
    lines.push(['latency min', renderNanoseconds(latency.minNs)]);
    lines.push(['latency avg', renderNanoseconds(latency.avgNs)]);
    lines.push(['latency max', renderNanoseconds(latency.maxNs)]);
    if (latency.stdDevNs !== undefined) lines.push(['latency std dev', renderNanoseconds(latency.stdDevNs)]);
  }
  lines.push([
    'measured',
    `${(measurement.durationMs / 1000).toFixed(1)}s, every ${measurement.intervalMs}ms, ${measurement.tool}`,
  ]);
  lines.push(['limit on max', parameters['maxDesiredLatency'] ?? 'no limit']);
  return lines;
}

export function renderResults(record: RunRecord): string {
  const lines = rows(record);
  if (lines.length === 0) return '';
  return ['Results', ...lines.map(([label, value]) => `  ${label.padEnd(16)} ${value}`)].join('\n');
}

export function renderLastLine(record: RunRecord, verdict: Verdict): string {
  const latency = record.measurement?.latency;
  if (!verdict.succeeded || latency === undefined)
    return `Kubevirt VM latency checkup failed: ${verdict.failureReason}`;
  const { minNs, avgNs, maxNs } = latency;
  return `Kubevirt VM latency checkup succeeded: min ${renderNanoseconds(minNs)} avg ${renderNanoseconds(avgNs)} max ${renderNanoseconds(maxNs)}`;
}
