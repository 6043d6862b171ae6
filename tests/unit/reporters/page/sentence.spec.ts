// SPDX-License-Identifier: Apache-2.0
/** The sentence below the verdict. */
import { expect, test } from '@playwright/test';
import { sentenceOf } from '../../../../reporters/views/page/sentence.ts';
import { PAGES, pageDocument } from './page-documents.ts';
import { latency, PARAMETERS } from '../run-events.ts';

const SENTENCES: Readonly<Record<string, string>> = {
  success: '1199 of 1200 pings were answered, median 1.9 µs; no threshold is set.',
  'limit exceeded': 'Max 3 µs exceeds the threshold of 2.5 µs.',
  'several routes': 'Packet loss 50% exceeds the threshold of 1% (IPv6, source to target).',
  'live migration': '1199 of 1200 pings were answered, median 1.9 µs; no threshold is set.',
  'migration gap exceeded': 'The longest gap around the live migration, 2.44 s, exceeds the threshold of 1 s.',
  diagnosed: 'The nodes are not connected.',
  'wrong input': '2 values of the input are wrong; nothing was created in the cluster.',
  interrupted: 'Interrupted by SIGTERM during setup.',
  'killed worker': 'Worker process exited unexpectedly.',
};

for (const [name, document] of Object.entries(PAGES)) {
  test(`says in one sentence what happened: ${name}`, () => {
    expect(sentenceOf(document)).toBe(SENTENCES[name]);
  });
}

test('compares a success with its threshold, also where both round to the same number', () => {
  const parameters = { ...PARAMETERS, maxLatencyNs: 3_000_400 };
  const measured = latency('ipv4', 'sourceToTarget');
  if (measured.type !== 'latency' || measured.measurement.latency === undefined) throw new Error('no latency');
  const measurement = { ...measured.measurement, latency: { ...measured.measurement.latency, maxNs: 3_000_000 } };
  const document = pageDocument([
    { type: 'input', parameters },
    { ...measured, measurement },
  ]);
  expect(sentenceOf(document)).toBe('Max 3 ms is within the threshold of 3.0004 ms.');
});

test('names the worst route and the number of routes above the threshold', () => {
  const parameters = { ...PARAMETERS, ipFamilies: ['ipv4', 'ipv6'] as const, maxLatencyNs: 1000 };
  const document = pageDocument(
    [
      { type: 'input', parameters },
      latency('ipv4', 'sourceToTarget'),
      latency('ipv6', 'sourceToTarget'),
      { type: 'failure', stage: 'latency', code: 'LatencyExceeded', findings: [{ what: 'too slow' }] },
    ],
    'latency',
  );
  expect(sentenceOf(document)).toBe(
    'Max 3 µs exceeds the threshold of 1 µs (IPv4, source to target; 2 of 2 routes exceed it).',
  );
});
