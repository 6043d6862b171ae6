/** A long sample on real guests over interrupted consoles: no packet is lost between guest and result. */
import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { configMapData, vmisLeft } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

test(
  'measures 150 s at 50 ms while each console connection ends after 10 s',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }, testInfo) => {
    testInfo.setTimeout(300_000);
    const lab = await newLab({ guests: 'qemu' });
    lab.disturbConsoles({ dropEveryMs: 10_000 });
    lab.createObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kubevirt-vm-latency-config', namespace: 'latency' },
      data: { ...configMapData(lab), 'spec.timeout': '5m' },
    });
    const { status, output } = await checkup(lab, {
      env: { SAMPLE_DURATION_SECONDS: '150', SAMPLE_INTERVAL_MILLISECONDS: '50' },
      limitMs: 280_000,
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
