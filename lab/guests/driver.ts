import type { Networks } from '../network/networks.ts';
import type { GuestDriver } from './guest.ts';
import type { GuestQuirks } from './quirks.ts';
import { createQemuDriver } from './qemu/qemu-driver.ts';
import { createScriptedDriver } from './scripted/scripted-driver.ts';

/** @throws Error when the guest image for QEMU has not been made, or a real guest is to do wrong what only scripted ones do. */
export async function createDriver(
  kind: GuestDriver['kind'],
  networks: Networks,
  quirks: GuestQuirks = {},
): Promise<GuestDriver> {
  switch (kind) {
    case 'qemu':
      if (Object.keys(quirks).length > 0) throw new Error('only scripted guests have quirks: start with scripted ones');
      return createQemuDriver(networks);
    case 'scripted':
      return createScriptedDriver(networks, quirks);
  }
}
