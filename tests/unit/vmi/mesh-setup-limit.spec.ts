// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { meshSetupLimitMs } from '../../../fixtures/vmi/start-vms.ts';

const MINUTE = 60_000;

test('a mesh of 100 nodes waits 130 s for its VMs', () => {
  expect(meshSetupLimitMs(100, 60 * MINUTE, 4 * MINUTE)).toBe(130_000);
});

test('VMs that never start leave time for the rounds', () => {
  expect(meshSetupLimitMs(100, 5 * MINUTE, 3.5 * MINUTE)).toBe(1.5 * MINUTE);
});

test('VMs that do start have at least a minute, and the time of their creation', () => {
  expect(meshSetupLimitMs(100, 2 * MINUTE, 4 * MINUTE)).toBe(70_000);
  expect(meshSetupLimitMs(2, 10_000, 4000)).toBe(60_200);
});
