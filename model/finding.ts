// SPDX-License-Identifier: Apache-2.0
/** One finding of a failure, in parts: a failure reason that begins with a diagnosis puts what was seen into parentheses. */
import * as v from 'valibot';
import { oneLine } from './text.ts';
import type { Infer } from './schema.ts';

export const FINDING = v.object({
  /** "failed to wait for VMI 'ns/a' to be running" */
  what: v.string(),
  /** The last observed state, or the words of a server. */
  seen: v.exactOptional(v.string()),
  /** How to repair it: "remove it with: kubectl delete vmi -n ns a". */
  remedy: v.exactOptional(v.string()),
});
export type Finding = Infer<typeof FINDING>;

/** "failed to wait for VMI 'ns/a' to be gone: phase Succeeded; remove it with: …" */
export function renderFinding({ what, seen, remedy }: Finding): string {
  return `${what}${seen === undefined ? '' : `: ${seen}`}${remedy === undefined ? '' : `; ${remedy}`}`;
}

export function renderFindings(findings: readonly Finding[]): string {
  return findings.map(renderFinding).join(', ');
}

/** Returns the finding with each part as one line; without the parts that are empty. */
export function cleanFinding({ what, seen = '', remedy = '' }: Finding, clean = oneLineOf): Finding {
  const [lines, state, repair] = [what, seen, remedy].map((text) => clean(text));
  return {
    what: lines ?? '',
    ...(state !== undefined && state !== '' && { seen: state }),
    ...(repair !== undefined && repair !== '' && { remedy: repair }),
  };
}

function oneLineOf(text: string): string {
  return oneLine(text, Infinity);
}
