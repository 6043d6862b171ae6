/** What a failure most likely means, from what was seen of it: an explanation beside the failure, never instead of it. */
import * as v from 'valibot';
import type { Infer } from './schema.ts';

export const DIAGNOSIS_IDS = [
  'bridge-missing',
  'device-exhausted',
  'image-not-pulled',
  'pod-security',
  'node-unusable',
  'no-second-node',
  'unschedulable',
  'quota-exceeded',
  'network-setup-failed',
  'disk-unusable',
  'start-unexplained',
  'kubevirt-unavailable',
  'vm-migrated',
  'vm-replaced',
  'guest-silent',
  'address-taken',
  'no-lease',
  'same-address',
  'different-subnets',
  'addresses-refused',
  'one-way',
  'no-uplink',
  'neighbour-silent',
  'replies-lost',
  'large-packets-lost',
  'permission-missing',
] as const;

export const DIAGNOSIS = v.object({
  id: v.picklist(DIAGNOSIS_IDS),
  /** One line, for `status.failureReason`. */
  summary: v.string(),
  /** What the summary means, in a sentence or two. */
  meaning: v.string(),
  /** What was seen, one line each, with its source: "PodScheduled=False (…) of VMI 'ns/name'". */
  evidence: v.array(v.string()),
  /** What to do next, one step each; a step may have several lines, such as a rule to paste. */
  next: v.array(v.string()),
});
export type Diagnosis = Infer<typeof DIAGNOSIS>;

/** As people read it: in the reports, in the artifacts, on stdout. */
export function renderDiagnosis({ summary, meaning, evidence, next }: Diagnosis): string {
  const item = (text: string): string => `  - ${text.replaceAll('\n', '\n    ')}`;
  return [
    `Diagnosis: ${summary}`,
    `  ${meaning}`,
    ...(evidence.length === 0 ? [] : ['Seen:', ...evidence.map(item)]),
    ...(next.length === 0 ? [] : ['What to do next:', ...next.map(item)]),
    '',
  ].join('\n');
}
