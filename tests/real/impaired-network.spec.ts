// SPDX-License-Identifier: Apache-2.0
/** Real guests under QEMU on networks that the lab's switch impairs. */
import { expect } from '@playwright/test';
import { configMapData } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

const SAMPLE = { SAMPLE_DURATION_SECONDS: '5' };

test(
  'guests measure a delay of 10 ms and a loss of 30 % in each direction',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu', impairment: { delayMs: 10, lossPercent: 30, seed: 3 } });
    const { status, output } = await checkup(lab, { env: { ...SAMPLE, SAMPLE_INTERVAL_MILLISECONDS: '50' } }).ended;
    expect(status, output).toBe(0);
    const data = configMapData(lab);
    const [minMs = 0, avgMs = 0] = ['min', 'avg'].map(
      (key) => Number(data[`status.result.${key}LatencyNanoSec`]) / 1e6,
    );
    // Other load on the machine increases the average, not the minimum of forty or more.
    expect(minMs).toBeGreaterThan(20);
    expect(minMs).toBeLessThan(25);
    const [report] = lab.networkReports();
    expect(report?.heldMs?.min).toBeGreaterThanOrEqual(10);
    expect(avgMs).toBeGreaterThan(2 * (report?.heldMs?.min ?? 0));
    console.log(
      `10 ms each way: reported min ${minMs} ms, avg ${avgMs} ms; the switch held frames for`,
      report?.heldMs,
    );
    const [, loss] = /packet loss +([\d.]+)%/.exec(output) ?? [];
    // A round trip crosses twice: 1 - 0.7² = 51 %.
    expect(Number(loss)).toBeGreaterThan(20);
    expect(Number(loss)).toBeLessThan(80);
  },
);

test(
  'reports total loss without latency keys, and names the node whose frames are lost',
  { tag: ['@real', '@slow'] },
  async ({ newLab, checkup }) => {
    const lab = await newLab({ guests: 'qemu', impairment: { muteNode: 'node-2' } });
    const env = { ...SAMPLE, SOURCE_NODE: 'node-1', TARGET_NODE: 'node-2' };
    const { status, lastLine, output } = await checkup(lab, { env }).ended;
    expect(status).toBe(1);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: run: no connectivity - 100% packet loss: /);
    expect(output).toContain(
      'Diagnosis: packets from node "node-2" do not reach node "node-1" on this network, packets in the other direction do\n',
    );
    expect(Object.keys(configMapData(lab)).filter((key) => key.endsWith('LatencyNanoSec'))).toEqual([]);
  },
);
