import type { Networks } from '../network/networks.ts';
import type { GuestDriver } from './guest.ts';
import { createQemuDriver } from './qemu/qemu-driver.ts';
import { createScriptedDriver } from './scripted/scripted-driver.ts';

/** @throws Error when the guest image for QEMU has not been made. */
export async function createDriver(kind: GuestDriver['kind'], networks: Networks): Promise<GuestDriver> {
  switch (kind) {
    case 'qemu':
      return createQemuDriver(networks);
    case 'scripted':
      return createScriptedDriver(networks);
  }
}
