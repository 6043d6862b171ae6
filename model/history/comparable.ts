// SPDX-License-Identifier: Apache-2.0
/** Which earlier runs a run is compared with: those on the same network under the same conditions. */
import { renderMilliseconds } from '../units.ts';
import { NODE_CHARACTERS, type HistoryFigures, type HistoryRun } from './history-run.ts';

/** Of the nodes of two comparable runs, the share that both have. */
const LEAST_COMMON_NODES = 0.8;

type Condition = 'mesh' | 'families' | 'bytes' | 'intervalMs' | 'durationMs' | 'image' | 'tool' | 'kubeVirt';

interface ConditionRow {
  readonly name: string;
  /** None for a hash, which says nothing to a person. */
  readonly valueIn?: (figures: HistoryFigures) => string;
}

const CONDITIONS: Readonly<Record<Condition, ConditionRow>> = {
  mesh: { name: 'topology', valueIn: ({ mesh }) => (mesh === true ? 'mesh' : 'pair') },
  families: { name: 'ipFamilies', valueIn: ({ families }) => families },
  bytes: { name: 'packetSizeBytes', valueIn: ({ bytes }) => String(bytes) },
  intervalMs: { name: 'the interval of the pings', valueIn: ({ intervalMs }) => renderMilliseconds(intervalMs) },
  durationMs: { name: 'sampleDurationSeconds', valueIn: ({ durationMs }) => String(durationMs / 1000) },
  image: { name: 'the image of the VMs' },
  tool: { name: 'the ping of the VMs' },
  kubeVirt: { name: "KubeVirt's minor version", valueIn: ({ kubeVirt }) => kubeVirt ?? 'unknown' },
};

/** Returns the figures of the runs on a network, the oldest first. */
export function figuresOn(runs: readonly HistoryRun[], network: string): HistoryFigures[] {
  const own = runs.flatMap(({ networks }) => networks.filter((one) => one.network === network));
  return own.flatMap(({ figures }) => figures ?? []);
}

/** Returns those of them that were measured under the same conditions. */
export function comparableRuns(earlier: readonly HistoryFigures[], figures: HistoryFigures): HistoryFigures[] {
  return earlier.filter((one) => haveEnoughNodesInCommon(one, figures) && changedConditions(one, figures).length === 0);
}

/** Returns what distinguishes a run from the run before it; empty if they are comparable. */
export function describeChanges(before: HistoryFigures, now: HistoryFigures): string[] {
  const changed = changedConditions(before, now).map((condition) => {
    const { name, valueIn } = CONDITIONS[condition];
    return valueIn === undefined ? `${name} changed` : `${name} was ${valueIn(before)} and is ${valueIn(now)}`;
  });
  return haveEnoughNodesInCommon(before, now) ? changed : [...changed, 'the VMs are on other nodes'];
}

function changedConditions(one: HistoryFigures, other: HistoryFigures): Condition[] {
  return (Object.keys(CONDITIONS) as Condition[]).filter((condition) => one[condition] !== other[condition]);
}

function haveEnoughNodesInCommon(one: HistoryFigures, other: HistoryFigures): boolean {
  const [a, b] = [nodesOf(one), nodesOf(other)];
  const common = [...a].filter((node) => b.has(node)).length;
  return common >= LEAST_COMMON_NODES * Math.max(a.size, b.size);
}

function nodesOf({ nodes }: HistoryFigures): Set<string> {
  return new Set(nodes.match(new RegExp(`.{${NODE_CHARACTERS}}`, 'g')));
}
