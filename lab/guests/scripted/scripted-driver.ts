import type { Networks } from '../../network/networks.ts';
import type { Guest, GuestDriver, GuestSpec } from '../guest.ts';
import type { GuestQuirks } from '../quirks.ts';
import { IpStack } from './ip-stack.ts';
import { addressesFor } from './network-config.ts';
import { startSession } from './session.ts';

/** SIMULATED guests: no virtual machine, a shell in this process that answers over the same console and the same network. */
export function createScriptedDriver(networks: Networks, quirks: GuestQuirks): GuestDriver {
  const guests = new Set<Guest>();
  return {
    kind: 'scripted',
    start(spec) {
      const guest = startGuest(spec, networks, quirks);
      guests.add(guest);
      void guest.exited.then(() => guests.delete(guest));
      return Promise.resolve(guest);
    },
    async close() {
      await Promise.all([...guests].map((guest) => guest.stop()));
    },
  };
}

function startGuest(spec: GuestSpec, networks: Networks, quirks: GuestQuirks): Guest {
  const nics = spec.nics.map(
    ({ mac, network }) =>
      new IpStack(mac, addressesFor(mac, spec.networkData), (deliver) => networks.plug(network, deliver)),
  );
  const terminal = startSession(spec.hostname, nics, quirks);
  let leave: (reason: string) => void = () => undefined;
  const exited = new Promise<string>((resolve) => {
    leave = resolve;
  });
  return {
    serial: {
      write: (data) => {
        terminal.type(data);
      },
      onData: (listener) => terminal.onData(listener),
    },
    exited,
    stop: () => {
      for (const nic of nics) nic.unplug();
      leave('stopped');
      return Promise.resolve();
    },
  };
}
