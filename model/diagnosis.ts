// SPDX-License-Identifier: Apache-2.0
/** The most likely cause of a failure, with its evidence. It is reported in addition to the failure, never instead of it. */
import * as v from 'valibot';
import { described, type Infer } from './schema.ts';

export const DIAGNOSIS_IDS = [
  'bridge-missing',
  'device-exhausted',
  'image-not-pulled',
  'pod-security',
  'node-unusable',
  'no-second-node',
  'unschedulable',
  'quota-exceeded',
  'limit-range',
  'network-setup-failed',
  'network-type',
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
  'latency-exceeded',
  'loss-exceeded',
  'not-migratable',
  'migration-refused',
  'migration-no-node',
  'migration-not-started',
  'migration-failed',
  'migration-gap-exceeded',
  'mesh-suspect',
  'node-not-measured',
  'permission-missing',
  'deletion-held',
] as const;

export const DIAGNOSIS = described(
  v.object({
    id: v.picklist(DIAGNOSIS_IDS),
    summary: described(v.string(), 'One line.'),
    meaning: described(v.string(), 'What the summary means, in a sentence or two.'),
    /** With its source: "PodScheduled=False (…) of VMI 'ns/name'". */
    evidence: described(v.array(v.string()), 'What was seen, one line each.'),
    /** A step may have several lines, such as a rule to paste. */
    next: described(v.array(v.string()), 'What to do, step by step.'),
  }),
  'What the failure most likely means.',
);
export type Diagnosis = Infer<typeof DIAGNOSIS>;

/** Renders a diagnosis for the reports, the artifacts and stdout. */
export function renderDiagnosis({ id, summary, meaning, evidence, next }: Diagnosis): string {
  const item = (text: string): string => `  - ${text.replaceAll('\n', '\n    ')}`;
  return [
    `Diagnosis: ${summary}`,
    `  ${meaning}`,
    ...(evidence.length === 0 ? [] : ['Seen:', ...evidence.map(item)]),
    ...(next.length === 0 ? [] : ['What to do next:', ...next.map(item)]),
    `See "${id}" in docs/failure-reasons.md`,
    '',
  ].join('\n');
}
