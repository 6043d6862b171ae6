// SPDX-License-Identifier: Apache-2.0
/** The verdict on a network whose mesh was measured. */
import type { ErrorCode } from '../errors.ts';
import { exceedsFailedPairs, type FailedPairsLimit } from '../failed-pairs.ts';
import type { Finding } from '../finding.ts';
import type { MeshResult } from './mesh-result.ts';
import { isMeasured, type MeshPair } from './pair.ts';

export interface MeshFinding extends Finding {
  readonly code: Extract<ErrorCode, 'MeshIncomplete' | 'PairsFailed'>;
}

/** Nodes, reasons or suspects that a finding names. */
const MOST_NAMED = 5;

/**
 * Returns why the network fails: nodes or pairs that were not measured, and more failed pairs than allowed. Empty if it passes.
 * @param pairs all that were planned
 */
export function findMeshFailures(
  mesh: Pick<MeshResult, 'nodes' | 'notMeasured' | 'suspects'>,
  pairs: readonly MeshPair[],
  maxFailedPairs: FailedPairsLimit,
): MeshFinding[] {
  return [...unmeasuredNodes(mesh), ...unmeasuredPairs(mesh, pairs), ...failedPairs(mesh, pairs, maxFailedPairs)];
}

function unmeasuredNodes({ nodes, notMeasured }: Pick<MeshResult, 'nodes' | 'notMeasured'>): MeshFinding[] {
  if (notMeasured.length === 0) return [];
  const what = `${notMeasured.length} of ${nodes.length} nodes ${notMeasured.length === 1 ? 'was' : 'were'} not measured`;
  return [{ code: 'MeshIncomplete', what, seen: list(notMeasured.map(({ node, reason }) => `${node} (${reason})`)) }];
}

/** Pairs of a node that was not measured are not counted again. */
function unmeasuredPairs({ notMeasured }: Pick<MeshResult, 'notMeasured'>, pairs: readonly MeshPair[]): MeshFinding[] {
  const nodes = new Set(notMeasured.map(({ node }) => node));
  const expected = pairs.filter(({ from, to }) => !nodes.has(from) && !nodes.has(to));
  const missing = expected.filter((pair) => !isMeasured(pair));
  if (missing.length === 0) return [];
  const what = `${missing.length} of ${expected.length} pairs ${missing.length === 1 ? 'was' : 'were'} not measured`;
  const reasons = new Set(missing.flatMap(({ reason }) => reason ?? []));
  return [{ code: 'MeshIncomplete', what, ...(reasons.size > 0 && { seen: list([...reasons]) }) }];
}

function failedPairs(
  { suspects }: Pick<MeshResult, 'suspects'>,
  pairs: readonly MeshPair[],
  limit: FailedPairsLimit,
): MeshFinding[] {
  const measured = pairs.filter(isMeasured).length;
  const failed = pairs.filter(({ state }) => state === 'failed').length;
  if (!exceedsFailedPairs(limit, failed, measured)) return [];
  const { value, unit } = limit;
  const allowed = value === 0 ? '' : `, more than the allowed ${value}${unit === 'percent' ? '%' : ''}`;
  // What is only slow explains no failed pair.
  const summaries = suspects.filter(({ slow }) => !slow).map(({ summary }) => summary);
  const what = `${failed} of ${measured} ${measured === 1 ? 'pair' : 'pairs'} failed${allowed}`;
  return [{ code: 'PairsFailed', what, ...(summaries.length > 0 && { seen: list(summaries) }) }];
}

function list(texts: readonly string[]): string {
  const named = texts.slice(0, MOST_NAMED).join(', ');
  return texts.length > MOST_NAMED ? `${named} and ${texts.length - MOST_NAMED} more` : named;
}
