// SPDX-License-Identifier: Apache-2.0
/** The logs of the containers of a launcher pod. */
import { expect, test } from '@playwright/test';
import { KeptOutput } from '../../nodes/kept-output.ts';
import { launcherLog } from '../../nodes/launcher-log.ts';
import { identified } from '../../store/kube-object.ts';

function vmiThatWent(...phases: string[]) {
  const entered = phases.map((phase, i) => ({ phase, phaseTransitionTimestamp: `2026-11-24T10:00:0${i}Z` }));
  const status = { phase: phases.at(-1) ?? '', phaseTransitionTimestamps: entered };
  return identified({ apiVersion: 'kubevirt.io/v1', kind: 'VMI', status }, { name: 'vm', namespace: 'ns', uid: 'u-1' });
}

function podSince(startTime?: string) {
  const status = startTime === undefined ? {} : { startTime };
  return identified({ apiVersion: 'v1', kind: 'Pod', status }, { name: 'virt-launcher-vm-abcde', namespace: 'ns' });
}

const START = '2026-11-24T09:59:59Z';

test('compute: one JSON object per line for each completed step of the start', () => {
  const log = launcherLog('compute', vmiThatWent('Pending', 'Scheduling', 'Scheduled', 'Running'), podSince(START), '');
  const lines = (log ?? '').trimEnd().split('\n');
  expect(lines[0]).toBe(
    '{"component":"virt-launcher","level":"info","msg":"Collected all requested hook sidecar sockets","pos":"manager.go",' +
      '"timestamp":"2026-11-24T09:59:59.000000Z"}',
  );
  expect(lines).toContain(
    '{"component":"virt-launcher","kind":"","level":"info","msg":"Domain started.","name":"vm","namespace":"ns",' +
      '"pos":"manager.go","timestamp":"2026-11-24T10:00:03.000000Z","uid":"u-1"}',
  );
  expect(log).not.toContain('Shutoff');
});

test('compute: empty before the pod runs, no domain before the guest runs, and the final state', () => {
  expect(launcherLog('compute', vmiThatWent('Pending', 'Scheduling'), podSince(), '')).toBe('');
  const waiting = launcherLog('compute', vmiThatWent('Pending', 'Scheduling'), podSince(START), '');
  expect(waiting).toContain('Marked as ready');
  expect(waiting).not.toContain('Domain');
  const failed = launcherLog('compute', vmiThatWent('Running', 'Failed'), podSince(START), '');
  expect(failed).toMatch(/"kubevirt domain status: Shutoff\(5\):Crashed\(3\)"[^\n]*\n$/);
  const neverRan = launcherLog('compute', vmiThatWent('Scheduled', 'Failed'), podSince(START), '');
  expect(neverRan).not.toContain('Shutoff');
});

test('guest-console-log: the output of the guest in lines; a disk container has no log', () => {
  const vmi = vmiThatWent('Running');
  expect(launcherLog('guest-console-log', vmi, podSince(START), 'boot\r\nvm login: ')).toBe('boot\nvm login: ');
  expect(launcherLog('volumedisk', vmi, podSince(START), 'boot\r\n')).toBeUndefined();
});

test('retains the most recent output', () => {
  const kept = new KeptOutput(8);
  for (const piece of ['one ', 'two ', 'three']) kept.add(Buffer.from(piece));
  expect(kept.read()).toBe('three');
  kept.add(Buffer.from('!'));
  expect(kept.read()).toBe('three!');
  kept.add(Buffer.from('longer than that'));
  expect(kept.read()).toBe('longer than that');
});
