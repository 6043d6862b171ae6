import { expect, test } from '@playwright/test';
import { stripAnsi } from '../../../model/text.ts';
import { encodeWait } from '../../../model/wait-report.ts';
import { Terminal } from '../../../reporters/views/terminal.ts';

function screen(options: { isTTY?: boolean; columns?: number } = {}): {
  written: () => string;
  write: (text: string) => void;
} {
  let written = '';
  return { ...options, written: () => written, write: (text) => void (written += text) };
}

/** Returns the line that the worker prints for a wait. */
const wait = (what: string): string => `${encodeWait({ stage: 'setup', what, elapsedMs: 15_000 })}\n`;

/** Returns the lines that a terminal shows, without cleared ones. */
function shown(written: string): string[] {
  return written
    .split('\n')
    .map((line) => line.split('\r\u001b[2K').at(-1) ?? '')
    .map(stripAnsi);
}

test('without a terminal, prints a line when a stage begins and ends, and all output between them', () => {
  const output = screen();
  const terminal = new Terminal(output, 'coloured');
  terminal.stageBegins('setup');
  terminal.writeChunk(wait('a VM: Scheduling'));
  terminal.writeChunk('half a line');
  terminal.stageEnds('setup', true, 4600);
  terminal.settle();
  expect(output.written()).toBe(
    '  ...    setup\n    setup: waiting for a VM: Scheduling (15.0s)\nhalf a line\n  ok     setup            4.6s\n',
  );
});

test('treats a terminal without control sequences as no terminal', () => {
  const output = screen({ isTTY: true });
  const terminal = new Terminal(output, 'plain');
  terminal.stageBegins('setup');
  terminal.stageEnds('setup', false, 4600);
  expect(output.written()).toBe('  ...    setup\n  FAILED setup            4.6s\n');
});

test('on a terminal, replaces the line of the running stage when it ends', () => {
  const output = screen({ isTTY: true, columns: 100 });
  const terminal = new Terminal(output, 'coloured');
  terminal.stageBegins('setup');
  terminal.writeChunk(`${wait("VMI 'a' to run: Scheduling (see 'b')")}    war`);
  terminal.writeChunk('ning: something\n');
  expect(shown(output.written())).toEqual([
    '    warning: something',
    "  ...    setup            0.0s  waiting for VMI 'a' to run: Scheduling (see 'b')",
  ]);
  terminal.stageEnds('setup', true, 4600);
  expect(shown(output.written())).toEqual(['    warning: something', '  ok     setup            4.6s', '']);
});

test('the line of the running stage never wraps', () => {
  const output = screen({ isTTY: true, columns: 40 });
  const terminal = new Terminal(output, 'coloured');
  terminal.stageBegins('setup');
  terminal.writeChunk(`${wait('x'.repeat(100))}    warning\n`);
  const [, line = ''] = shown(output.written());
  expect(line).toMatch(/^ {2}\.\.\. {4}setup {12}0\.0s {2}waitin…$/);
  expect(line).toHaveLength(39);
  terminal.settle();
  expect(shown(output.written()).at(-1)).toBe('');
});
