// SPDX-License-Identifier: Apache-2.0
/** When a run may claim the ConfigMap of an earlier one. */
import { expect, test } from '@playwright/test';
import { parseHttpDate } from '../../../fixtures/cluster/server-time.ts';
import { judgeTakeover } from '../../../fixtures/input/takeover.ts';

const NOW = new Date('2026-06-01T12:00:00Z');
const OVERWRITE = { 'spec.timeout': '5m', 'spec.param.overwriteResults': 'true' };
/** The timeout and the teardown budget: 6 min. */
const ABANDONED = { ...OVERWRITE, 'status.startTimestamp': '2026-06-01T11:53:59Z' };

const REFUSED = { allowed: false };
const UNKNOWN = (why: string): object => ({ allowed: false, warning: expect.stringContaining(why) });
const TAKEN = { allowed: true, warning: expect.stringMatching(/has not completed .*abandoned$/) };

const CASES: [title: string, data: Record<string, string>, expected: object][] = [
  ['an unused ConfigMap', {}, { allowed: true }],
  ['what the console’s Rerun leaves: a run id without a start', { 'status.runId': 'a' }, { allowed: true }],
  ['a completed run', { ...ABANDONED, 'status.completionTimestamp': 'x' }, { allowed: true }],
  [
    'a completed run without overwriteResults',
    { 'status.startTimestamp': 'x', 'status.completionTimestamp': 'x' },
    REFUSED,
  ],
  ['an abandoned run', ABANDONED, TAKEN],
  [
    'an abandoned run in another time zone',
    { ...ABANDONED, 'status.startTimestamp': '2026-06-01T13:53:59+02:00' },
    TAKEN,
  ],
  ['an abandoned run without overwriteResults', { ...ABANDONED, 'spec.param.overwriteResults': 'false' }, REFUSED],
  ['a run within its time', { ...ABANDONED, 'status.startTimestamp': '2026-06-01T11:54:00Z' }, REFUSED],
  [
    'a start ahead within the tolerated skew',
    { ...ABANDONED, 'status.startTimestamp': '2026-06-01T12:00:59Z' },
    REFUSED,
  ],
  [
    'a start in the future',
    { ...ABANDONED, 'status.startTimestamp': '2026-06-01T17:00:00Z' },
    UNKNOWN('that is 5h ahead of the API server’s clock'),
  ],
  ['a start that is no time', { ...ABANDONED, 'status.startTimestamp': '5' }, UNKNOWN('is not an RFC 3339 time')],
  ['an illegal timeout', { ...ABANDONED, 'spec.timeout': 'soon' }, UNKNOWN('"spec.timeout" is "soon"')],
  ['a missing timeout', { ...ABANDONED, 'spec.timeout': '' }, UNKNOWN('"spec.timeout" is missing')],
];

for (const [title, data, expected] of CASES) {
  test(`judges ${title}`, () => {
    expect(judgeTakeover({ data, serverTime: NOW }, {})).toEqual(expected);
  });
}

test('treats no run as abandoned without the API server’s clock, and a completed run as over', () => {
  expect(judgeTakeover({ data: ABANDONED, serverTime: undefined }, {})).toEqual(UNKNOWN('no valid Date header'));
  const completed = { ...ABANDONED, 'status.completionTimestamp': 'x' };
  expect(judgeTakeover({ data: completed, serverTime: undefined }, {})).toEqual({ allowed: true });
});

test('reads a Date header of the form of RFC 9110 only', () => {
  expect(parseHttpDate('Mon, 01 Jun 2026 12:00:00 GMT')).toEqual(NOW);
  for (const header of [
    undefined,
    '',
    '5',
    '2026-06-01T12:00:00Z',
    'Mon, 01 Jun 2026 12:00:00',
    'Mon, 01 Xxx 2026 12:00:00 GMT',
    'Mon, 01 Jun 2026 12:00:00 GMT, Mon, 01 Jun 2026 12:00:00 GMT',
  ]) {
    expect(parseHttpDate(header)).toBeUndefined();
  }
});
