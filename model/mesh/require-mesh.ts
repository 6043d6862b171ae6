/** Judges a mesh. The pairs are reported before, so that the results contain them in any case. */
import { CheckupError } from '../errors.ts';
import type { FailedPairsLimit } from '../failed-pairs.ts';
import { attribute } from './attribution.ts';
import type { MeshPair } from './pair.ts';
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
    // The suspects are the result: they are never shortened.
    if (finding.code !== 'PairsFailed' || finding.seen === undefined) return finding;
    return { code: finding.code, what: `${finding.what}: ${finding.seen}` };
  });
  const [first] = findings;
  if (first === undefined) return;
  throw new CheckupError(first.code, findings, {
    clues: suspects.length === 0 ? [] : [{ kind: 'suspects', suspects }],
  });
}
