// SPDX-License-Identifier: Apache-2.0
import type { Networks } from '../../network/networks.ts';
import type { Guest, GuestDriver, GuestSpec } from '../guest.ts';
import type { GuestQuirks } from '../quirks.ts';
import { Link } from './link.ts';
import { KernelLog } from './kernel-log.ts';
import { nicConfig } from './network-config.ts';
import { KERNEL_RELEASE } from './machine.ts';
import { migrationOf, type ScriptedMigration } from './scripted-migration.ts';
import { startSession } from './session.ts';

/** SIMULATED guests: not virtual machines but a shell in this process, with the same console and the same network. */
export function createScriptedDriver(
  networks: Networks,
  quirks: GuestQuirks,
  migration: ScriptedMigration = {},
): GuestDriver {
  const guests = new Set<Guest>();
  return {
    kind: 'scripted',
    start(spec) {
      const guest = startGuest(spec, networks, quirks, migration);
      guests.add(guest);
      void guest.exited.then(() => guests.delete(guest));
      return Promise.resolve(guest);
    },
    async close() {
      await Promise.all([...guests].map((guest) => guest.stop()));
    },
  };
}

function startGuest(spec: GuestSpec, networks: Networks, quirks: GuestQuirks, migration: ScriptedMigration): Guest {
  const kernel = new KernelLog(`Linux version ${KERNEL_RELEASE}`);
  const links = spec.nics.map(({ mac, network }, i) => {
    const wiring = {
      // The loopback is the first link of every machine.
      index: i + 2,
      name: `eth${i}`,
      mac,
      plug: (deliver: (frame: Buffer) => void, node: string | undefined) => networks.plug(network, deliver, node),
      node: spec.node,
      repliesTwice: quirks.repliesTwice ?? false,
      carrier: !quirks.noCarrier,
      kernel,
    };
    return new Link(wiring, nicConfig(mac, spec.networkData));
  });
  const terminal = startSession({ hostname: quirks.hostname ?? spec.hostname, links, kernel }, quirks);
  let leave: (reason: string) => void = () => undefined;
  const exited = new Promise<string>((resolve) => {
    leave = resolve;
  });
  const prepareMigration = migrationOf(links, migration);
  return {
    serial: {
      write: (data) => {
        terminal.type(data);
      },
      onData: (listener) => terminal.onData(listener),
    },
    prepareMigration,
    exited,
    stop: () => {
      for (const link of links) link.unplug();
      leave('stopped');
      return Promise.resolve();
    },
  };
}
