/** What a failure most likely means, from what was seen of it: an explanation beside the failure, never instead of it. */
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

type DiagnosisId = (typeof DIAGNOSIS_IDS)[number];

export interface Diagnosis {
  readonly id: DiagnosisId;
  /** One line, for `status.failureReason`. */
  readonly summary: string;
  /** What that means, for who does not know it: a sentence or two. */
  readonly meaning: string;
  /** What was seen, one line each, with its source: "PodScheduled=False (…) of VMI 'ns/name'". */
  readonly evidence: readonly string[];
  /** What to do next, one step each; a step may have several lines (a rule to paste). */
  readonly next: readonly string[];
}

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
