// SPDX-License-Identifier: Apache-2.0
/** A fake file in a guest, for `wc`, `tail`, `head` and `sha256sum`. */
import { createHash } from 'node:crypto';
import type { CannedReply } from './fake-shell.ts';

const PIECE = /^tail -c \+(\d+) (\S+) \| head -c (\d+) \| sha256sum; tail -c \+\1 \2 \| head -c \3$/;

/** Returns the output of this command: a chunk of the text and its checksum. */
export function pieceOf(text: string, command: string): string {
  const [shape, first, , length] = PIECE.exec(command) ?? [];
  if (shape === undefined) throw new Error(`no piece of a file is asked for by: ${command}`);
  const bytes = Buffer.from(text);
  const from = Number(first) - 1;
  const piece = bytes.subarray(from, from + Number(length));
  return `${createHash('sha256').update(piece).digest('hex')}  -\n${piece.toString()}`;
}

export function fakeFile(text: () => string): CannedReply[] {
  return [
    [/^wc -c <\S+ 2>&1$/, () => `${Buffer.byteLength(text())}\n`],
    [/^tail -c /, (command) => pieceOf(text(), command)],
  ];
}
