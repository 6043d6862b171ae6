// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { CheckupError, type ErrorCode } from '../../../model/errors.ts';
import type { Finding } from '../../../model/finding.ts';
import { reasonOf, renderReason, renderShortReasons, type Failure } from '../../../model/reasons.ts';
import type { Stage } from '../../../model/stages.ts';

const VMI: Finding = {
  what: "failed to wait for VMI 'ns/a' to be running",
  seen: 'phase Scheduling, PodScheduled=False (Unschedulable: 0/2 nodes are available)',
};
const BRIDGE = 'bridge "br10" is missing on all 2 nodes';
const LOSS: Finding = { what: 'no connectivity - 100% packet loss', seen: '50 packets transmitted, 0 received' };
const FINALIZER: Finding = {
  what: "failed to wait for VMI 'ns/a' to be gone",
  seen: 'phase Succeeded',
  remedy: 'remove it with: kubectl delete vmi -n ns a',
};
const FORBIDDEN: Finding = { what: 'permission missing: x [get]', seen: 'x is forbidden: User "u" cannot get x' };
const RULE = 'the account may not get x: add the rule to ClusterRole y';

interface Case {
  readonly stage: Stage;
  readonly code: ErrorCode;
  readonly findings: readonly Finding[];
  readonly summary?: string;
  readonly reason: string;
}

const CASES: readonly Case[] = [
  {
    stage: 'setup',
    code: 'SetupFailed',
    findings: [VMI],
    reason: `setup: ${VMI.what}: ${VMI.seen ?? ''}`,
  },
  {
    stage: 'setup',
    code: 'SetupFailed',
    findings: [VMI],
    summary: BRIDGE,
    reason: `setup: ${BRIDGE} - ${VMI.what} (${VMI.seen ?? ''})`,
  },
  {
    stage: 'setup',
    code: 'TimedOut',
    findings: [VMI],
    reason: `timed out after 5m during setup: ${VMI.what}: ${VMI.seen ?? ''}`,
  },
  {
    stage: 'setup',
    code: 'TimedOut',
    findings: [VMI],
    summary: BRIDGE,
    reason: `timed out after 5m during setup: ${BRIDGE} - ${VMI.what} (${VMI.seen ?? ''})`,
  },
  {
    stage: 'connectivity',
    code: 'NoConnectivity',
    findings: [LOSS],
    reason: 'run: no connectivity - 100% packet loss: 50 packets transmitted, 0 received',
  },
  {
    stage: 'connectivity',
    code: 'NoConnectivity',
    findings: [LOSS, { ...LOSS, seen: 'none (ipv6)' }],
    summary: 'nothing passes',
    reason:
      'run: no connectivity - 100% packet loss: nothing passes (50 packets transmitted, 0 received), no connectivity - 100% packet loss (none (ipv6))',
  },
  {
    stage: 'connectivity',
    code: 'TimedOut',
    findings: [{ what: 'failed to wait for a reply', seen: 'none' }],
    summary: 'nothing passes',
    reason: 'timed out after 5m during connectivity: nothing passes - failed to wait for a reply (none)',
  },
  {
    stage: 'latency',
    code: 'LatencyExceeded',
    findings: [{ what: 'actual max latency "61.2ms" is greater than desired "50ms"' }],
    summary: 'one of 50 replies was late',
    reason: 'run: actual max latency "61.2ms" is greater than desired "50ms"',
  },
  {
    stage: 'prerequisites',
    code: 'PrerequisiteMissing',
    findings: [{ what: 'node "b" (targetNode) is cordoned' }],
    summary: 'node "b" cannot take its VM: cordoned',
    reason: 'prerequisites: node "b" (targetNode) is cordoned',
  },
  {
    stage: 'prerequisites',
    code: 'PrerequisiteMissing',
    findings: [FORBIDDEN],
    summary: RULE,
    reason: `prerequisites: ${FORBIDDEN.what}: ${RULE} (${FORBIDDEN.seen ?? ''})`,
  },
  {
    stage: 'prerequisites',
    code: 'PrerequisiteMissing',
    findings: [FORBIDDEN, { what: 'node "b" (targetNode) is cordoned' }],
    summary: RULE,
    reason: `prerequisites: ${FORBIDDEN.what}: ${FORBIDDEN.seen ?? ''}, node "b" (targetNode) is cordoned`,
  },
  {
    stage: 'teardown',
    code: 'TeardownFailed',
    findings: [FINALIZER, { ...FINALIZER, what: "failed to wait for VMI 'ns/b' to be gone" }],
    summary: 'a finalizer hangs',
    reason:
      "teardown: a finalizer hangs - failed to wait for VMI 'ns/a' to be gone (phase Succeeded); remove it with: kubectl delete vmi -n ns a, failed to wait for VMI 'ns/b' to be gone (phase Succeeded); remove it with: kubectl delete vmi -n ns a",
  },
];

function reasonFor({ stage, code, findings, summary }: Omit<Case, 'reason'>): ReturnType<typeof reasonOf> {
  const failure: Failure = { stage, code, findings, ...(summary !== undefined && { diagnosis: { summary } }) };
  return reasonOf(failure, 300_000);
}

for (const { reason, ...given } of CASES) {
  test(`"${reason}"`, () => {
    const made = reasonFor(given);
    expect(renderReason(made)).toBe(reason);
    if (reason.length <= 300) expect(renderShortReasons([made])).toEqual([reason]);
  });
}

const LONG = 'phase Scheduling, PodScheduled=False (Unschedulable: 0/2 nodes are available: ' + 'no room '.repeat(60);

test('shortens what is in parentheses between words, to 300 characters', () => {
  const made = reasonFor({ stage: 'setup', code: 'SetupFailed', findings: [{ ...VMI, seen: LONG }], summary: BRIDGE });
  const [short = ''] = renderShortReasons([made]);
  expect(short).toMatch(
    /^setup: bridge "br10" is missing on all 2 nodes - failed to wait for VMI 'ns\/a' to be running \(phase Scheduling, .*(no room )+no( room)?…\)$/,
  );
  expect(short.length).toBeGreaterThan(290);
  expect(short.length).toBeLessThanOrEqual(300);
  expect(renderReason(made)).toContain(LONG.trim());
});

test('parentheses share the room: a short one is whole', () => {
  const long = reasonFor({ stage: 'setup', code: 'SetupFailed', findings: [{ ...VMI, seen: LONG }], summary: BRIDGE });
  const left = reasonFor({ stage: 'teardown', code: 'TeardownFailed', findings: [FINALIZER], summary: 'it hangs' });
  const short = renderShortReasons([long, left]);
  expect(short[1]).toBe(renderReason(left));
  expect(short[0]).toMatch(/to be running \(phase Scheduling, .* nodes are available…\)$/);
  expect(short.join(', ').length).toBeLessThanOrEqual(300);
});

test('omits the parentheses where no word fits, and shortens nothing else', () => {
  const summary = 'x'.repeat(300);
  const made = reasonFor({ stage: 'setup', code: 'SetupFailed', findings: [VMI], summary });
  expect(renderShortReasons([made])).toEqual([`setup: ${summary} - ${VMI.what}`]);
  const plain = reasonFor({ stage: 'setup', code: 'SetupFailed', findings: [{ ...VMI, seen: LONG }] });
  expect(renderShortReasons([plain])).toEqual([renderReason(plain)]);
});

test('never shortens an input error', () => {
  const made = reasonFor({
    stage: 'input',
    code: 'InputInvalid',
    findings: [{ ...FORBIDDEN, seen: LONG }],
    summary: RULE,
  });
  expect(renderShortReasons([made])).toEqual([renderReason(made)]);
  expect(renderReason(made)).toBe(`${FORBIDDEN.what}: ${RULE} (${LONG.trim()})`);
});

test('an error has its findings in parts, as one line each', () => {
  const error = new CheckupError('SetupFailed', { what: 'a\n', seen: '<b>\u001b[2J' }).with({
    kind: 'few-nodes',
    usable: 1,
  });
  expect(error.findings).toEqual([{ what: 'a', seen: '&lt;b>' }]);
  expect([error.message, error.details]).toEqual(['a: &lt;b>', ['a: &lt;b>']]);
  expect(new CheckupError('SetupFailed', ['a', { what: 'b', seen: '', remedy: 'c' }]).message).toBe('a, b; c');
});
