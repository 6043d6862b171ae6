// SPDX-License-Identifier: Apache-2.0
/** The timers of the main process take the number of VMs of the current network into account. */
import { expect, test } from '@playwright/test';
import type { CheckupEvent } from '../../../model/events.ts';
import { countGuests } from '../../../reporters/supervision/count-guests.ts';
import { startWorkerWatchdog } from '../../../reporters/supervision/watchdog.ts';

function creations(network: string | undefined, count: number): CheckupEvent[] {
  const vmi = { namespace: 'ns', name: 'vm' };
  return Array.from({ length: count }, () => ({ type: 'creating', vmi, labels: {}, ...(network && { network }) }));
}

test('counts the VMs of the network whose VMs were created last', () => {
  expect(countGuests([])).toBe(0);
  expect(countGuests(creations(undefined, 2))).toBe(2);
  const removed: CheckupEvent = { type: 'removed', vmi: { namespace: 'ns', name: 'vm' }, network: 'ns/b' };
  expect(countGuests([...creations('ns/a', 20), ...creations('ns/b', 3), removed])).toBe(3);
});

test('the watchdog of a worker gives more time to more VMs', async () => {
  // The timer of a pair fires after 105 s beyond spec.timeout: nearly at once.
  const timeoutMs = -104_900;
  const acted: string[] = [];
  startWorkerWatchdog(
    timeoutMs,
    () => 2,
    () => acted.push('pair'),
  );
  startWorkerWatchdog(
    timeoutMs,
    () => 100,
    () => acted.push('mesh'),
  );
  await expect.poll(() => acted).toEqual(['pair']);
});
