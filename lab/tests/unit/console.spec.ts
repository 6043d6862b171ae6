// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { requireConsole } from '../../console/console-rules.ts';
import { uartFrames } from '../../console/frames.ts';
import { StatusError } from '../../kinds/status.ts';
import { identified, type KubeObject } from '../../store/kube-object.ts';

function vmi(phase: string, devices = {}): KubeObject {
  const document = {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    spec: { domain: { devices } },
    status: { phase },
  };
  return identified(document, { name: 'a', namespace: 'ns' });
}

function refusal(object: KubeObject | undefined): { code: number; message: string } | undefined {
  try {
    requireConsole(object, 'a');
    return undefined;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { code: error.code, message: error.message };
  }
}

test('only a running VMI has a console', () => {
  expect(refusal(vmi('Running'))).toBeUndefined();
  for (const phase of ['Pending', 'Scheduling', 'Scheduled', 'Succeeded']) {
    expect(refusal(vmi(phase))).toEqual({ code: 400, message: 'VMI is not running' });
  }
  expect(refusal(vmi('Failed'))?.code).toBe(409);
  expect(refusal(undefined)).toEqual({ code: 404, message: 'virtualmachineinstance.kubevirt.io "a" not found' });
  expect(refusal(vmi('Running', { autoattachSerialConsole: false }))?.message).toBe('No serial consoles are present.');
});

test('splits data into small frames without loss', () => {
  const data = Uint8Array.from({ length: 4000 }, (_, i) => i % 256);
  const numbers = [0.1, 0.9, 0.5, 0.99, 0.3, 0.2, 0.7, 0.6, 0.95, 0.99];
  let next = 0;
  const frames = [...uartFrames(data, () => numbers[next++ % numbers.length] ?? 0)];
  expect(Buffer.concat(frames)).toEqual(Buffer.from(data));
  const sizes = frames.map((frame) => frame.length);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(63);
  expect(sizes.filter((size) => size <= 3).length).toBeGreaterThan(sizes.length / 2);
});
