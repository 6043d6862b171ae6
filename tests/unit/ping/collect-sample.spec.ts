// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { collectSample } from '../../../fixtures/ping/collect-sample.ts';
import { CheckupError } from '../../../model/errors.ts';
import { fakeFile } from '../guest/fake-file.ts';
import { abortsAt, NO_LIMIT, type CannedReply } from '../guest/fake-shell.ts';
import { IPUTILS, pathBetween, fakeEndpoints } from './fake-endpoint.ts';

const ASK = /^wc -c <(\S+); cat \1\.rc 2>\/dev\/null$/;
const RUNS = (bytes: number) => ({ output: `${bytes}\n`, status: 1 });
const PLAN = { tool: IPUTILS, count: 3, intervalMs: 100, sizeBytes: 1400 };
const PRINTED = `PING\n${'64 bytes from 198.18.0.2: icmp_seq=1 ttl=64 time=2.07 ms\n'.repeat(700)}`;

/** Returns canned replies: any start succeeds, and the status command has these outputs in order. */
function guest(...ask: readonly [CannedReply[1], ...CannedReply[1][]]): CannedReply[] {
  return [[/^\[ -f /, ''], [ASK, ...ask], ...fakeFile(() => PRINTED)];
}

test('runs ping detached and once, even if the command is repeated, and reads its whole file', async () => {
  const endpoints = fakeEndpoints(guest('42000\n0\n'));
  const began = performance.now();
  const { output } = await collectSample({ ...PLAN, path: pathBetween(endpoints) }, NO_LIMIT);
  // No status command before the last request was sent.
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
  expect(output).toBe(PRINTED);
  const [start = '', ask = '', size = '', ...pieces] = endpoints.source.shell.typed;
  const [, file = ''] = /^\[ -f (\/tmp\/ping-[0-9a-f]{8}) \] /.exec(start) ?? [];
  const command = `LC_ALL=C ping -n -D -O -s 1400 -c 3 -i 0.1 -W 2 198.18.0.2 >${file} 2>&1; echo $? >${file}.rc`;
  expect(start).toBe(`[ -f ${file} ] || (setsid sh -c '${command}' >/dev/null 2>&1 &)`);
  expect(ask).toBe(`wc -c <${file}; cat ${file}.rc 2>/dev/null`);
  expect(size).toBe(`wc -c <${file} 2>&1`);
  expect(pieces).toHaveLength(2);
  for (const piece of pieces) expect(piece).toContain(` ${file} | head `);
  expect(endpoints.target.shell.typed).toEqual([]);
});

test('two samples use different files', async () => {
  const endpoints = fakeEndpoints(guest('42000\n0\n'));
  for (let nth = 0; nth < 2; nth += 1) {
    await collectSample({ ...PLAN, count: 1, path: pathBetween(endpoints) }, NO_LIMIT);
  }
  const starts = endpoints.source.shell.typed.filter((command) => command.startsWith('[ -f'));
  expect(new Set(starts).size).toBe(2);
});

test('waits for the exit status of a ping that runs longer than requested', async () => {
  const notBegun = { output: "sh: can't open /tmp/ping-1: no such file\n", status: 1 };
  // A shell opens the file before echo has written to it.
  const endpoints = fakeEndpoints(guest(notBegun, RUNS(100), RUNS(200), '300\n', '300\n1\n'));
  const { output } = await collectSample({ ...PLAN, count: 1, path: pathBetween(endpoints) }, NO_LIMIT);
  expect(output).toBe(PRINTED);
  expect(endpoints.source.shell.typed.filter((command) => ASK.test(command))).toHaveLength(5);
});

test('fails with the size of the output when ping does not end', async () => {
  const endpoints = fakeEndpoints(guest(RUNS(100), RUNS(200)));
  const sampled = collectSample(
    { ...PLAN, count: 1, path: pathBetween(endpoints) },
    abortsAt(/printed 200 bytes/, 'MeasurementFailed'),
  );
  await expect(sampled).rejects.toMatchObject({
    code: 'MeasurementFailed',
    message: 'failed to wait for ping to end: it still runs, having printed 200 bytes',
  });
});

for (const role of ['source', 'target'] as const) {
  test(`reopens the ${role}'s console at once when it is lost, which detects a deleted VM`, async () => {
    const endpoints = fakeEndpoints(guest('42000\n0\n'));
    const { shell } = endpoints[role];
    const loss = Promise.withResolvers<undefined>();
    shell.lost = () => loss.promise;
    shell.connect = () => {
      if (shell.connected > 0) return Promise.reject(new CheckupError('MeasurementFailed', 'the VM is gone'));
      shell.connected += 1;
      setTimeout(() => {
        loss.resolve(undefined);
      }, 50);
      return Promise.resolve();
    };
    const began = performance.now();
    await expect(collectSample({ ...PLAN, count: 600, path: pathBetween(endpoints) }, NO_LIMIT)).rejects.toThrow(
      'the VM is gone',
    );
    expect(performance.now() - began).toBeLessThan(5000);
    // No command is sent during the sample.
    expect(endpoints.source.shell.typed).toHaveLength(1);
  });
}
