// SPDX-License-Identifier: Apache-2.0
import { access } from 'node:fs/promises';
import type { Networks } from '../../network/networks.ts';
import type { Guest, GuestDriver } from '../guest.ts';
import { INITRD, KERNEL } from './machine.ts';
import { QemuGuest, type QemuGuestOptions } from './qemu-guest.ts';

/** Real guests: one emulating QEMU (TCG) each, which ends with this process. */
export async function createQemuDriver(networks: Networks, options: QemuGuestOptions = {}): Promise<GuestDriver> {
  for (const file of [KERNEL, INITRD]) {
    await access(file).catch(() => {
      throw new Error(`no guest image: ${file} is missing; "npm run lab" makes it`);
    });
  }
  const guests = new Set<Guest>();
  return {
    kind: 'qemu',
    async start(spec) {
      const guest = await QemuGuest.start(spec, networks, options);
      guests.add(guest);
      void guest.exited.then(() => guests.delete(guest));
      return guest;
    },
    async close() {
      await Promise.all([...guests].map((guest) => guest.stop()));
    },
  };
}
