// SPDX-License-Identifier: Apache-2.0
/** The order and the times at which held frames are released. */
import { expect, test } from '@playwright/test';
import { DelayLine, type Lane } from '../../network/delay-line.ts';

const lane = (): Lane => ({ lastDueNs: 0n });

function released() {
  const names: string[] = [];
  const line = new DelayLine();
  const hold = (name: string, delayMs: number, on: Lane) => {
    line.hold(delayMs, () => names.push(name), process.hrtime.bigint(), on);
  };
  return { names, hold, line };
}

test('entries of one lane keep their order', async () => {
  const { names, hold } = released();
  const one = lane();
  hold('slow', 20, one);
  hold('fast', 1, one);
  await expect.poll(() => names).toEqual(['slow', 'fast']);
});

test('an entry does not wait for entries of other lanes', async () => {
  const { names, hold } = released();
  hold('slow', 60_000, lane());
  hold('second', 10, lane());
  hold('first', 1, lane());
  await expect.poll(() => names).toEqual(['first', 'second']);
});

test('what a release holds is released, too', async () => {
  const { names, hold, line } = released();
  const one = lane();
  line.hold(
    1,
    () => {
      hold('reply', 1, one);
    },
    process.hrtime.bigint(),
    one,
  );
  hold('other', 500, lane());
  await expect.poll(() => names).toEqual(['reply', 'other']);
});

test('no entry is early, also at a high rate', async () => {
  const line = new DelayLine();
  const earlyNs: bigint[] = [];
  for (let i = 0; i < 200; i += 1) {
    const since = process.hrtime.bigint();
    const delayMs = 1 + (i % 7);
    line.hold(delayMs, () => earlyNs.push(since + BigInt(delayMs * 1e6) - process.hrtime.bigint()), since, lane());
  }
  await expect.poll(() => earlyNs.length).toBe(200);
  expect(earlyNs.filter((ns) => ns > 0n)).toEqual([]);
});

test('a closed line releases nothing', async () => {
  const { names, hold, line } = released();
  hold('a', 1, lane());
  line.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(names).toEqual([]);
});
