// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { waitForFirstReply } from '../../../fixtures/ping/wait-for-reply.ts';
import { abortsAt, NO_LIMIT } from '../guest/fake-shell.ts';
import { BUSYBOX, IPUTILS, pathBetween, fakeEndpoints } from './fake-endpoint.ts';

const MS = 1_000_000;
const COMMAND = 'LC_ALL=C ping -n -D -O -s 56 -c 1 -i 0.2 -w 3 198.18.0.2 2>&1';

/** Returns the whole output of a run with a reply to this request. */
const reply = (sequence = 1): string => `PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.
[1732384000.123456] 64 bytes from 198.18.0.2: icmp_seq=${sequence} ttl=64 time=2.07 ms

--- 198.18.0.2 ping statistics ---
${sequence} packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 2.071/2.071/2.071/0.000 ms
`;
const NONE = {
  output: `PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.

--- 198.18.0.2 ping statistics ---
15 packets transmitted, 0 received, 100% packet loss, time 3003ms
`,
  status: 1,
};
const ERROR = { output: 'ping: socket: Operation not permitted\n', status: 2 };

test("reports the time of an immediate reply, and connects to the target's console", async () => {
  const endpoints = fakeEndpoints([[COMMAND, reply()]]);
  const { afterNs } = await waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, NO_LIMIT);
  expect(afterNs).toBe(2_070_000);
  expect(endpoints.source.shell.typed).toEqual([COMMAND]);
  expect(endpoints.target.shell.typed).toEqual([]);
  expect(endpoints.target.shell.connected).toBe(1);
});

test('includes unanswered requests in the time to the first reply', async () => {
  const endpoints = fakeEndpoints([[COMMAND, reply(4)]]);
  const { afterNs } = await waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, NO_LIMIT);
  expect(afterNs).toBe(602_070_000);
});

test('includes a ping run without a reply in the time to the first reply', async () => {
  const slow = async (): Promise<typeof NONE> => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return NONE;
  };
  const endpoints = fakeEndpoints([[COMMAND, slow, reply()]]);
  const began = performance.now();
  const { afterNs } = await waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, NO_LIMIT);
  // The time of the run, the pause after it, and the reply.
  expect(afterNs).toBeGreaterThanOrEqual(495 * MS);
  expect(afterNs).toBeLessThanOrEqual((performance.now() - began + 2.07) * MS);
  expect(endpoints.source.shell.typed).toEqual([COMMAND, COMMAND]);
});

test('reports no time when the console was lost meanwhile', async () => {
  for (const answers of [[{ output: reply(), repeated: true }], [{ ...NONE, repeated: true }, reply()]] as const) {
    const endpoints = fakeEndpoints([[COMMAND, ...answers]]);
    expect(await waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, NO_LIMIT)).toEqual({ afterNs: undefined });
  }
});

test('a first reply with a time longer than ping ran is not reported', async () => {
  const endpoints = fakeEndpoints([[COMMAND, reply().replace('time=2.07 ms', 'time=3600000 ms')]]);
  const reached = await waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, NO_LIMIT);
  expect(reached).toEqual({ afterNs: undefined, impossible: true });
});

test('repeats ping when a successful run has no readable reply', async () => {
  const endpoints = fakeEndpoints([[COMMAND, 'PING 198.18.0.2\n', reply()]]);
  expect((await waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, NO_LIMIT)).afterNs).toBeGreaterThan(0);
  expect(endpoints.source.shell.typed).toHaveLength(2);
});

test('fails with NoConnectivity and the last output of ping when there is no reply', async () => {
  const endpoints = fakeEndpoints([[COMMAND, ERROR, NONE]]);
  const reached = waitForFirstReply(
    pathBetween(endpoints),
    IPUTILS,
    200,
    abortsAt(/100% packet loss/, 'NoConnectivity'),
  );
  await expect(reached).rejects.toMatchObject({
    code: 'NoConnectivity',
    message:
      'no connectivity - 100% packet loss: failed to wait for a reply from 198.18.0.2 to 198.18.0.1: 15 packets transmitted, 0 received, 100% packet loss, time 3003ms',
  });
});

test('fails with MeasurementFailed when ping ends with an error until the deadline', async () => {
  const endpoints = fakeEndpoints([[COMMAND, NONE, ERROR]]);
  const reached = waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, abortsAt(/not permitted/, 'NoConnectivity'));
  await expect(reached).rejects.toMatchObject({
    code: 'MeasurementFailed',
    message:
      'ping does not run: failed to wait for a reply from 198.18.0.2 to 198.18.0.1: ping: socket: Operation not permitted',
  });
});

test('fails with TimedOut when the time of the run is up', async () => {
  const endpoints = fakeEndpoints([[COMMAND, ERROR]]);
  const reached = waitForFirstReply(pathBetween(endpoints), IPUTILS, 200, abortsAt(/not permitted/, 'TimedOut'));
  await expect(reached).rejects.toMatchObject({ code: 'TimedOut', message: /^failed to wait for a reply/ });
});

test('BusyBox, which has no deadline, waits a second for the one reply', async () => {
  const command = 'LC_ALL=C ping -6 -s 56 -c 1 -W 1 fd00::2 2>&1';
  const endpoints = fakeEndpoints([[command, '64 bytes from fd00::2: seq=0 ttl=64 time=0.461 ms\n']]);
  await waitForFirstReply(pathBetween(endpoints, 'ipv6'), BUSYBOX, 1000, NO_LIMIT);
  expect(endpoints.source.shell.typed).toEqual([command]);
});
