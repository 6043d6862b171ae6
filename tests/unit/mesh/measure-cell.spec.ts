// SPDX-License-Identifier: Apache-2.0
/** The commands that one cell of a mesh types into its guest, and how it reads their output. */
import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { measureCell, type CellResult } from '../../../fixtures/mesh/measure-cell.ts';
import { fakeFile } from '../guest/fake-file.ts';
import { NO_LIMIT, type CannedReply } from '../guest/fake-shell.ts';
import { fakeEndpoints, IPUTILS } from '../ping/fake-endpoint.ts';

const PLAN = { family: 'ipv4', tool: IPUTILS, count: 2, intervalMs: 100, sizeBytes: 56 } as const;
const COLLECT =
  /^cat (\S+)\.rc \1\.part 2>\/dev\/null && wc -c <\1 && head -c 32768 \1 \| sha256sum && head -c 32768 \1$/;
const SAMPLE = [
  'PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.',
  '[1700000000.000000] 64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=2.00 ms',
  '[1700000000.100000] 64 bytes from 198.18.0.2: icmp_seq=2 ttl=64 time=4.00 ms',
  '',
  '--- 198.18.0.2 ping statistics ---',
  '2 packets transmitted, 2 received, 0% packet loss, time 100ms',
  'rtt min/avg/max/mdev = 2.000/3.000/4.000/1.000 ms',
  '',
].join('\n');
const UNANSWERED = [
  'PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.',
  '',
  '--- 198.18.0.2 ping statistics ---',
  '1 packets transmitted, 0 received, 100% packet loss, time 0ms',
  '',
].join('\n');

/** Returns what a guest prints when both pings have ended. */
function ended(part: 'warm-up' | 'sample', text: string, exit = 0): string {
  const checksum = createHash('sha256').update(text).digest('hex');
  return `${exit}\n${part}\n${Buffer.byteLength(text)}\n${checksum}  -\n${text}`;
}

function guest(...collected: readonly [CannedReply[1], ...CannedReply[1][]]): CannedReply[] {
  return [[/^\[ -f /, ''], [COLLECT, ...collected], ...fakeFile(() => SAMPLE)];
}

/** Measures a cell from a guest with these replies. */
async function measured(replies: readonly CannedReply[]): Promise<CellResult & { typed: readonly string[] }> {
  const { source, target } = fakeEndpoints(replies);
  const result = await measureCell({ ...PLAN, from: source, to: target }, 0, NO_LIMIT);
  return { ...result, typed: source.shell.typed };
}

test('needs two commands for warm-up and sample', async () => {
  const { sample, output, typed } = await measured(guest(ended('sample', SAMPLE)));
  expect(sample).toMatchObject({ transmitted: 2, received: 2, latency: { minNs: 2_000_000, maxNs: 4_000_000 } });
  expect(output).toBe(SAMPLE);
  const [start = '', collect = ''] = typed;
  expect(typed).toHaveLength(2);
  const [, file = ''] = /^\[ -f (\/tmp\/cell-[0-9a-f]{8})\.part \] /.exec(start) ?? [];
  const warmUp = `LC_ALL=C ping -n -D -O -s 56 -c 1 -i 0.1 -w 3 198.18.0.2 >${file} 2>&1`;
  const pings = `LC_ALL=C ping -n -D -O -s 56 -c 2 -i 0.1 -W 2 198.18.0.2 >${file} 2>&1`;
  const both = `echo warm-up >${file}.part; ${warmUp} && echo sample >${file}.part && ${pings}; echo $? >${file}.rc`;
  expect(start).toBe(`[ -f ${file}.part ] || (setsid sh -c '${both}' >/dev/null 2>&1 &)`);
  expect(COLLECT.exec(collect)?.[1]).toBe(file);
});

test('reads again while the pings run, and while their exit status is not written yet', async () => {
  const { sample, typed } = await measured(
    guest({ output: 'sample\n', status: 1 }, `sample\n${SAMPLE}`, ended('sample', SAMPLE)),
  );
  expect(sample.received).toBe(2);
  expect(typed).toHaveLength(4);
});

for (const [what, output] of [
  ['is garbled', ended('sample', SAMPLE).replace('time=4.00', 'time=[ 12.3] eth0: up 4.00')],
  ['lacks a line', ended('sample', SAMPLE).replace(/.*icmp_seq=1.*\n/, '')],
  ['is longer than 32 KiB', ended('sample', SAMPLE).replace(/^(0\nsample\n)\d+/, '$140000')],
] as const) {
  test(`reads an output that ${what} in pieces`, async () => {
    const { sample, output: read, typed } = await measured(guest(output));
    expect(read).toBe(SAMPLE);
    expect(sample.received).toBe(2);
    expect(typed.slice(2)).toEqual([expect.stringMatching(/^wc -c </), expect.stringMatching(/^tail -c \+1 /)]);
  });
}

test('without a reply to the warm-up the sample is the warm-up', async () => {
  const { sample, output } = await measured(guest(ended('warm-up', UNANSWERED, 1)));
  expect(sample).toEqual({ transmitted: 1, received: 0 });
  expect(output).toBe(UNANSWERED);
});

test('fails if the warm-up failed although there was a reply', async () => {
  const failed = measured(guest(ended('warm-up', SAMPLE, 2)));
  await expect(failed).rejects.toMatchObject({
    code: 'MeasurementFailed',
    message: expect.stringContaining('ping does not run'),
  });
});
