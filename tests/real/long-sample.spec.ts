// SPDX-License-Identifier: Apache-2.0
/** A long sample on real guests over interrupted consoles: no packet is lost between guest and result. */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

test(
  'takes 3,000 samples in a minute while each console connection ends after 5 s',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ guests: 'qemu' });
    lab.disturbConsoles({ dropEveryMs: 5000 });
    const { status, output } = await checkup(lab, {
      env: { SAMPLE_DURATION_SECONDS: '60', SAMPLE_INTERVAL_MILLISECONDS: '20' },
      limitMs: 200_000,
    }).ended;
    expect(status, output).toBe(0);
    const data = configMapData(lab);
    expect(data['status.result.packetsTransmitted']).toBe('3000');
    const received = Number(data['status.result.packetsReceived']);
    // A loaded machine may lose a packet; none may be lost between the guest and the result.
    expect(received).toBeGreaterThanOrEqual(2990);
    const log = readFileSync(testInfo.outputPath('artifacts-0', 'logs', 'ping.txt'), 'utf8');
    const replies = new Set([...log.matchAll(/bytes from \S+ icmp_seq=(\d+) /g)].map(([, sequence]) => sequence));
    expect(replies.size).toBe(received);
    expect(data['status.result.p999LatencyNanoSec']).toMatch(/^\d+$/);
    const losses = [...output.matchAll(/the console of VMI '\S+' was lost \(.*\) and is open again/g)];
    expect(losses.length).toBeGreaterThanOrEqual(12);
    expect(vmisLeft(lab)).toEqual([]);
  },
);
