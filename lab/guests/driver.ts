// SPDX-License-Identifier: Apache-2.0
import type { Networks } from '../network/networks.ts';
import type { GuestDriver } from './guest.ts';
import type { GuestQuirks } from './quirks.ts';
import type { QemuGuestOptions } from './qemu/qemu-guest.ts';
import { createQemuDriver } from './qemu/qemu-driver.ts';
import type { ScriptedMigration } from './scripted/scripted-migration.ts';
import { createScriptedDriver } from './scripted/scripted-driver.ts';

/** @throws Error if the guest image for QEMU is missing, or if quirks are set for real guests. */
export async function createDriver(
  kind: GuestDriver['kind'],
  networks: Networks,
  quirks: GuestQuirks = {},
  scriptedMigration?: ScriptedMigration,
  qemuMigration?: QemuGuestOptions,
): Promise<GuestDriver> {
  switch (kind) {
    case 'qemu':
      if (Object.keys(quirks).length > 0) throw new Error('only scripted guests have quirks: start with scripted ones');
      return createQemuDriver(networks, qemuMigration);
    case 'scripted':
      return createScriptedDriver(networks, quirks, scriptedMigration);
  }
}
