// SPDX-License-Identifier: Apache-2.0
/** Transcripts of real shells on a terminal of 80 columns, with a wrapped echo. */
import { expect, test } from '@playwright/test';
import { hasEnded, markedCommand, parseTranscript } from '../../../fixtures/guest/parse-transcript.ts';

const NONCE = '1a2b3c4d';
const LONG =
  "[ -f /tmp/ping-aa ] || (setsid sh -c 'LC_ALL=C ping -n -D -O -c 50 -i 0.1 -W 2 198.18.0.2 >/tmp/ping-aa 2>&1' >/dev/null 2>&1 &)";

const TRANSCRIPTS: [what: string, raw: string, output: string, status: number][] = [
  [
    'bash, which repeats the character at the margin',
    "echo B''EG1a2b3c4d; printf 'no line feed'; false; echo E''ND1a2b3c4d\rd_$?_\r\n\u001b[?2004l\rBEG1a2b3c4d\r\nno line feedEND1a2b3c4d_1_\r\n\u001b[?2004hlocalhost:~# ",
    'no line feed',
    1,
  ],
  [
    'bash, and a command of two lines',
    `echo B''EG1a2b3c4d; ${LONG.slice(0, 40)}\r${LONG.slice(39, 120)}\r${LONG.slice(119)}; echo E''ND1a2b3c4d_$?_\r\n\u001b[?2004l\rBEG1a2b3c4d\r\nEND1a2b3c4d_0_\r\n\u001b[?2004hlocalhost:~# `,
    '',
    0,
  ],
  [
    'ash, which breaks the line at the margin and asks where the cursor is',
    "\u001b[6necho B''EG1a2b3c4d; printf 'no line feed'; false; echo E''ND1a2b3\r\r\nc4d_$?_\r\nBEG1a2b3c4d\r\nno line feedEND1a2b3c4d_1_\r\nlocalhost:~# \u001b[6n",
    'no line feed',
    1,
  ],
  [
    'a terminal that cannot break lines and scrolls sideways',
    "\r<rintf 'no line feed'; false; echo E''ND1a2b3c4d_$?_\r\nBEG1a2b3c4d\r\nno line feedEND1a2b3c4d_1_\r\nlocalhost:~# ",
    'no line feed',
    1,
  ],
  [
    'an older bash, which prints a space at the margin, within a mark',
    "echo B''E \rG1a2b3c4d; true; echo E''N \rD1a2b3c4d_$?_\r\nBEG1a2b3c4d\r\nEND1a2b3c4d_0_\r\n# ",
    '',
    0,
  ],
  [
    'lines, tabs and colours in the output',
    "echo B''EG1a2b3c4d; ls; echo E''ND1a2b3c4d_$?_\r\nBEG1a2b3c4d\r\na\tb\r\n\u001b[01;34mc\u001b[0m\r\nEND1a2b3c4d_0_\r\n",
    'a\tb\nc\n',
    0,
  ],
  [
    "the kernel's word before the output, the rest of an earlier command before that",
    "END99999999_0_\r\n# echo B''EG1a2b3c4d; true; echo E''ND1a2b3c4d_$?_\r\n[    9.1] eth0: link up\r\nBEG1a2b3c4d\r\nEND1a2b3c4d_130_\r\n",
    '',
    130,
  ],
  [
    "another command's marks in the output",
    "echo B''EG1a2b3c4d; cat log; echo E''ND1a2b3c4d_$?_\r\nBEG1a2b3c4d\r\nBEG00000000\r\nEND00000000_1_\r\nEND1a2b3c4d_0_\r\n",
    'BEG00000000\nEND00000000_1_\n',
    0,
  ],
];

for (const [what, raw, output, status] of TRANSCRIPTS) {
  test(`reads ${what}`, () => {
    expect(parseTranscript(raw, NONCE)).toEqual({ output, status });
  });

  test(`returns nothing for ${what}`, () => {
    const end = raw.indexOf(`END${NONCE}_${status}_`) + `END${NONCE}_${status}`.length;
    for (let length = 0; length <= end; length += 1)
      expect(parseTranscript(raw.slice(0, length), NONCE)).toBeUndefined();
  });
}

test('the typed command contains none of the marks', () => {
  const typed = markedCommand('true', NONCE);
  expect(hasEnded(typed, NONCE)).toBe(false);
  expect(typed).toBe("echo B''EG1a2b3c4d; true; echo E''ND1a2b3c4d_$?_");
  expect(parseTranscript(`${typed}\r\n${typed}\r\n`, NONCE)).toBeUndefined();
});

test('returns nothing for an end mark without a start mark', () => {
  expect(parseTranscript(`END${NONCE}_0_\r\n`, NONCE)).toBeUndefined();
  expect(hasEnded(`END${NONCE}_0_\n`, NONCE)).toBe(true);
});
