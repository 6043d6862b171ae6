// SPDX-License-Identifier: Apache-2.0
/** The live migration of the target VM: its gaps, its phases, and the chart of its sample. */
import { migrationChartFile } from '../../../model/chart-files.ts';
import { isAbove } from '../../../model/limit.ts';
import type { MigrationResult } from '../../../model/migration.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderChart, type Charts } from './charts.ts';
import { renderTable } from './fold.ts';
import { html, type Content, type Html } from './html.ts';
import { renderDuration, renderIn, renderTime, unitOf } from './quantity.ts';
import { labelledBy, PAGE } from './scope.ts';
import { renderFigureTiles, renderThreshold, type Figure } from './tiles.ts';

/** Returns "" without a live migration. @param network one of several @param scope of one network among several */
export function renderMigration(document: ResultDocument, charts: Charts, network?: ObjectRef, scope = PAGE): Content {
  const { migration, parameters } = document;
  if (migration === undefined) return '';
  const file = migrationChartFile(network);
  const svg = charts.get(file);
  const { fromNode, toNode } = migration;
  return html`<section aria-labelledby="${labelledBy(scope, 'migration')}">
    <h2 id="${scope.id}migration">Live migration</h2>
    ${renderFigureTiles(figuresOf(migration, parameters?.maxMigrationGapNs))}
    <div class="card">
      <p class="summary">The target VM was migrated from ${fromNode} to ${toNode}. ${meaningOf(migration)}</p>
      <p class="note">
        The source VM sent a ping every ${migration.intervalMs} ms. A reply after more than ten intervals is late, not
        lost. The switch is the moment at which the console closed or the API showed the new node; the API is up to 1.5
        s late.
      </p>
      ${renderPhases(migration, scope.of)}
    </div>
    ${svg !== undefined && renderChart(file, svg, `Chart of the live migration${scope.of}`, describe(migration))}
  </section>`;
}

function figuresOf(migration: MigrationResult, limitNs: number | undefined): Figure[] {
  const { longestGapNs, beforeSwitchGapNs, switchGapNs, packetsTransmitted, packetsLost, packetsLate } = migration;
  const unit = unitOf([longestGapNs]);
  const gap = (label: string, ns: number | undefined, note: Content, exceeded = false): Figure => ({
    label,
    value: ns === undefined ? '–' : renderIn(ns, unit),
    unit: ns === undefined ? '' : unit.name,
    note,
    exceeded,
  });
  const packets = (label: string, count: number): Figure => ({
    label,
    value: String(count),
    unit: '',
    note: `of ${packetsTransmitted} pings`,
    exceeded: false,
  });
  const isTooLong = isAbove(longestGapNs, limitNs);
  const note = limitNs === undefined ? 'without a reply' : renderThreshold(renderTime(limitNs), isTooLong);
  return [
    gap('longest gap', longestGapNs, note, isTooLong),
    gap('before', beforeSwitchGapNs, 'longest gap before the switch'),
    gap('at the switch', switchGapNs, 'longest gap within 0.5 s'),
    packets('lost', packetsLost),
    packets('late', packetsLate),
    {
      label: 'duration',
      value: (migration.durationMs / 1000).toFixed(1),
      unit: 's',
      note: 'from its creation to Succeeded',
      exceeded: false,
    },
  ];
}

/** Returns where the longest gap is, and why. */
function meaningOf({ beforeSwitchGapNs, switchGapNs }: MigrationResult): string {
  if (beforeSwitchGapNs === undefined || switchGapNs === undefined) {
    return 'The moment of the switch is not known, so the longest gap has no place.';
  }
  return beforeSwitchGapNs > switchGapNs
    ? 'The longest gap was before the switch. The usual cause: the port on the new node already sends frames with the MAC address of the VM, which does not run there yet.'
    : 'The gap at the switch was at least as long as any gap before it: until the VM ran on the new node, nothing replied.';
}

function renderPhases({ phases, createdAtMs, switchedAtMs }: MigrationResult, of: string): Html {
  const since = (atMs: number): number => Math.max(0, atMs - createdAtMs);
  const switched = switchedAtMs === undefined ? [] : [{ phase: 'switch to the new node', atMs: switchedAtMs }];
  const moments = [...phases, ...switched].toSorted((a, b) => a.atMs - b.atMs);
  const title = 'Phases of the migration';
  return html`<details class="reason">
    <summary>${title}</summary>
    ${renderTable(
      `${title}${of}`,
      [{ title: 'Phase' }, { title: 'After the creation', number: true }],
      moments.map(({ phase, atMs }) => [
        { content: phase },
        { content: renderDuration(since(atMs)), order: since(atMs) },
      ]),
    )}
  </details>`;
}

function describe({ longestGapNs, packetsLost, packetsLate, packetsTransmitted }: MigrationResult): string {
  return `Round-trip times around the live migration: longest gap ${renderTime(longestGapNs)}, ${packetsLost} lost and ${packetsLate} late of ${packetsTransmitted} pings`;
}
