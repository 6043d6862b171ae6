// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { stripAnsi } from '../../../model/text.ts';
import { LiveView } from '../../../reporters/views/live-view.ts';
import { screenOf } from '../../../reporters/views/screen.ts';

function screen(columns: number): { columns: number; written: () => string; write: (text: string) => void } {
  let written = '';
  return { columns, written: () => written, write: (text) => void (written += text) };
}

/** Returns the line of the log for a wait. */
const wait = (what: string): string => `  ...    setup           15.0s  waiting for ${what} (13s)\n`;

/** Returns the lines that a terminal shows, without cleared ones. */
function shown(written: string): string[] {
  return written
    .split('\n')
    .map((line) => line.split('\r\u001b[2K').at(-1) ?? '')
    .map(stripAnsi);
}

test('replaces the line of the running stage when it ends', () => {
  const output = screen(100);
  const view = new LiveView(output, true);
  view.write(`  ...    setup\n${wait("VMI 'a' to run: Scheduling (see 'b')")}    war`);
  view.write('ning: something\n');
  expect(shown(output.written())).toEqual([
    '    warning: something',
    "  ...    setup           15.0s  waiting for VMI 'a' to run: Scheduling (see 'b') (13s)",
  ]);
  view.write('  ok     setup           15.6s\n');
  expect(shown(output.written())).toEqual(['    warning: something', '  ok     setup           15.6s', '']);
});

test('prints the line of a network before its stages', () => {
  const output = screen(80);
  const view = new LiveView(output, false);
  view.write('  ...    teardown\n  ok     teardown         0.3s\nNetwork 2 of 3: ns/red\n  ...    prerequisites\n');
  expect(shown(output.written())).toEqual([
    '  ok     teardown         0.3s',
    'Network 2 of 3: ns/red',
    '  ...    prerequisites    0.0s',
  ]);
  view.settle();
});

test('shows the running stage when the end of an earlier one follows its beginning', () => {
  const output = screen(80);
  const view = new LiveView(output, false);
  view.write('  ...    latency\n  ...    teardown\n  FAILED latency          1.8s  interrupted by SIGINT\n');
  expect(shown(output.written())).toEqual([
    '  FAILED latency          1.8s  interrupted by SIGINT',
    '  ...    teardown         0.0s',
  ]);
  view.settle();
});

test('the line of the running stage never wraps, and names the role of a VM', () => {
  const output = screen(80);
  const view = new LiveView(output, true);
  view.write(`  ...    setup\n${wait("VMI 'latency/latency-check-source-ab12c' to run: Scheduling")}`);
  expect(shown(output.written())).toEqual([
    '  ...    setup           15.0s  waiting for source VM to run: Scheduling (13s)',
  ]);
  view.showWait({ stage: 'setup', elapsedMs: 90_000, waiting: 'waiting for a carrier', unchangedMs: 61_000 });
  expect(shown(output.written())).toEqual(['  ...    setup          1m 30s  waiting for a carrier (1m 1s)']);
  view.showWait(undefined);
  expect(shown(output.written())).toEqual(['  ...    setup          1m 30s']);
  view.settle();
  expect(shown(output.written())).toEqual(['']);
});

test('a narrow terminal shows the beginning of the line', () => {
  const output = screen(20);
  const view = new LiveView(output, false);
  view.write(`  ...    setup\n${wait('a: b')}`);
  expect(shown(output.written()).at(-1)).toBe('  ...    setup    …');
});

test('the wait of another stage, or without a stage, is a line of its own', () => {
  const output = screen(80);
  const view = new LiveView(output, false);
  view.write(`${wait('a: b')}  ...    latency\n${wait('a: b')}`);
  view.settle();
  expect(output.written().split('\n')).toHaveLength(3);
  expect(shown(output.written())).toEqual([wait('a: b').trimEnd(), wait('a: b').trimEnd(), '']);
});

test('colours the outcome of stages, the verdict and warnings, and no other text', () => {
  const lines = [
    '  ok     setup            4.6s',
    '  FAILED latency          6.7s  p50 1.35ms exceeds 1ms',
    'Verdict: FAILED  p50 1.35ms exceeds 1ms',
    'Verdict: SUCCEEDED  max 1ms, no limit',
    '    warning: FAILED',
    '  latency max      2.788ms',
    'Kubevirt VM latency checkup failed: warning: FAILED',
  ];
  const output = screen(80);
  new LiveView(output, true).write(`${lines.join('\n')}\n`);
  const styled = (...codes: number[]): string => `\u001b[${codes.join('m\u001b[')}m`;
  expect(output.written().split('\n')).toEqual([
    `  ${styled(32)}ok${styled(39)}     setup            4.6s`,
    `  ${styled(31)}FAILED${styled(39)} latency          6.7s  p50 1.35ms exceeds 1ms`,
    `Verdict: ${styled(1, 31)}FAILED${styled(39, 22)}  p50 1.35ms exceeds 1ms`,
    `Verdict: ${styled(1, 32)}SUCCEEDED${styled(39, 22)}  max 1ms, no limit`,
    `    ${styled(33)}warning${styled(39)}: FAILED`,
    '  latency max      2.788ms',
    'Kubevirt VM latency checkup failed: warning: FAILED',
    '',
  ]);
  const plain = screen(80);
  new LiveView(plain, false).write(`${lines.join('\n')}\n`);
  expect(plain.written()).toBe(`${lines.join('\n')}\n`);
});

test('shows an incomplete line when it is settled', () => {
  const output = screen(80);
  const view = new LiveView(output, false);
  view.write('half a');
  view.write(' line');
  expect(output.written()).toBe('');
  view.settle();
  expect(output.written()).toBe('half a line\n');
});

test('TERM and NO_COLOR describe the terminal', () => {
  expect(screenOf({ TERM: 'dumb', NO_COLOR: '1' })).toBe('plain');
  expect(screenOf({ TERM: 'xterm', NO_COLOR: '1' })).toBe('uncoloured');
  expect(screenOf({ TERM: 'xterm', NO_COLOR: '' })).toBe('coloured');
});
