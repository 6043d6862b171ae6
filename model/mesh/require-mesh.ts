// SPDX-License-Identifier: Apache-2.0
/** Judges a mesh. The pairs are reported before, so that the results contain them in any case. */
import type { Clue } from '../clues.ts';
import { CheckupError } from '../errors.ts';
import type { FailedPairsLimit } from '../failed-pairs.ts';
import { attribute } from './attribution.ts';
import { isMeasured, type MeshPair } from './pair.ts';
import type { MeshPlan } from './plan.ts';
import { describeSuspects } from './suspect-text.ts';
import { findMeshFailures } from './verdict.ts';

/** @throws CheckupError MeshIncomplete if a node or a pair was not measured, PairsFailed if more pairs failed than allowed. */
export function requireMesh(
  { plan }: { readonly plan: MeshPlan },
  pairs: readonly MeshPair[],
  { maxFailedPairs }: { readonly maxFailedPairs: FailedPairsLimit },
): void {
  const suspects = describeSuspects(attribute(pairs, plan.zones), plan);
  const findings = findMeshFailures({ ...plan, suspects }, pairs, maxFailedPairs).map((finding) => {
    // Nodes and suspects are the result: they are never shortened, and no diagnosis replaces them.
    if (finding.seen === undefined) return finding;
    return { code: finding.code, what: `${finding.what}: ${finding.seen}` };
  });
  const [first] = findings;
  if (first === undefined) return;
  const nodes = nodesNotMeasured(plan, pairs);
  // What is only slow explains no failure.
  const failed = suspects.filter(({ slow }) => !slow);
  const clues: Clue[] =
    nodes.length > 0 ? [{ kind: 'not-measured', nodes, suspects: failed }] : [{ kind: 'suspects', suspects: failed }];
  throw new CheckupError(first.code, findings, { clues });
}

/** Returns the nodes whose VM did not start, then the one that most of the other unmeasured pairs have in common, or several. */
function nodesNotMeasured({ notMeasured }: MeshPlan, pairs: readonly MeshPair[]): string[] {
  const nodes = notMeasured.map(({ node }) => node);
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    if (isMeasured(pair) || nodes.includes(pair.from) || nodes.includes(pair.to)) continue;
    for (const node of [pair.from, pair.to]) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  return [...nodes, ...[...counts].flatMap(([node, count]) => (count === most ? [node] : []))];
}
