// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { readGuestFile } from '../../../fixtures/guest/read-guest-file.ts';
import { pieceOf, fakeFile } from './fake-file.ts';
import { FakeShell, type CannedReply } from './fake-shell.ts';

const PIECE = 32 * 1024;

/** All chunks differ. */
function fileOf(bytes: number): string {
  return Array.from({ length: Math.ceil(bytes / 10) }, (_, line) => `${String(line).padStart(9, '0')}\n`)
    .join('')
    .slice(0, bytes);
}

function asked(from: number): string {
  const piece = `tail -c +${from + 1} /tmp/it | head -c ${PIECE}`;
  return `${piece} | sha256sum; ${piece}`;
}

async function read(shell: FakeShell): Promise<{ text: string; progress: string[] }> {
  const progress: string[] = [];
  const text = await readGuestFile(shell, '/tmp/it', {
    onPiece: (done, all) => progress.push(`${done}/${all}`),
  });
  return { text, progress };
}

for (const [what, bytes, pieces] of [
  ['nothing', 0, []],
  ['one byte', 1, [0]],
  ['exactly one piece', PIECE, [0]],
  ['one byte more than a piece', PIECE + 1, [0, PIECE]],
  ['exactly two pieces', 2 * PIECE, [0, PIECE]],
  ['a little less than three pieces', 3 * PIECE - 7, [0, PIECE, 2 * PIECE]],
] as const) {
  test(`reads a file of ${what} in chunks of 32 KiB`, async () => {
    const file = fileOf(bytes);
    const shell = new FakeShell(fakeFile(() => file));
    const { text, progress } = await read(shell);
    expect(text).toBe(file);
    expect(shell.typed).toEqual(['wc -c </tmp/it 2>&1', ...pieces.map(asked)]);
    expect(progress).toEqual(pieces.map((from) => `${Math.min(from + PIECE, bytes)}/${bytes}`));
  });
}

/** A file of two chunks; the second one has these replies in order, the last one repeats. */
function spoilt(...answers: string[]): { file: string; shell: FakeShell } {
  const file = fileOf(PIECE + 500);
  const whole = (command: string): string => pieceOf(file, command);
  const second: CannedReply = [asked(PIECE), answers[0] ?? whole, ...answers.slice(1), whole];
  return { file, shell: new FakeShell([second, ...fakeFile(() => file)]) };
}

test('reads only the chunk with a wrong digest again', async () => {
  const garbled = `${'0'.repeat(64)}  -\n${'x'.repeat(500)}`;
  const { file, shell } = spoilt(garbled, '', 'sh: torn', garbled);
  expect((await read(shell)).text).toBe(file);
  expect(shell.typed.slice(1)).toEqual([asked(0), ...Array.from({ length: 5 }, () => asked(PIECE))]);
});

test('detects a lost line feed', async () => {
  const { file, shell } = spoilt(pieceOf(fileOf(PIECE + 500), asked(PIECE)).slice(0, -1));
  expect((await read(shell)).text).toBe(file);
  expect(shell.typed.filter((command) => command === asked(PIECE))).toHaveLength(2);
});

for (const [what, garbled, seen] of [
  ['with another checksum', `${'0'.repeat(64)}  -\nxyz`, `another checksum than ${'0'.repeat(64)}`],
  ['without a checksum', 'sh: sha256sum: not found\nxyz', 'sh: sha256sum: not found xyz'],
] as const) {
  test(`fails with the received text when a chunk comes ${what} five times`, async () => {
    const { shell } = spoilt(garbled, garbled, garbled, garbled, garbled);
    await expect(read(shell)).rejects.toMatchObject({
      code: 'MeasurementFailed',
      message: `failed to read /tmp/it in the guest of VMI 'ns/vm': from byte 32768 on, 5 times: "${seen}"`,
    });
    expect(shell.typed.slice(1)).toEqual([asked(0), ...Array.from({ length: 5 }, () => asked(PIECE))]);
  });
}

for (const size of ["sh: can't open /tmp/it: no such file", '', '12 34', '-5', '0x10', String(2 ** 26 + 1)]) {
  test(`a size of "${size}" is refused`, async () => {
    const shell = new FakeShell([['wc -c </tmp/it 2>&1', { output: `${size}\n`, status: 0 }]]);
    await expect(read(shell)).rejects.toMatchObject({
      code: 'MeasurementFailed',
      message: `failed to read /tmp/it in the guest of VMI 'ns/vm': its size is "${size}"`,
    });
    expect(shell.typed).toHaveLength(1);
  });
}
