import type { Networks } from '../../network/networks.ts';
import type { Guest, GuestDriver, GuestSpec } from '../guest.ts';
import type { GuestQuirks } from '../quirks.ts';
import { IpStack } from './ip-stack.ts';
import { KernelLog } from './kernel-log.ts';
import { nicConfig } from './network-config.ts';
import { KERNEL_RELEASE } from './machine.ts';
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
  const kernel = new KernelLog(`Linux version ${KERNEL_RELEASE}`);
  const stacks = spec.nics.map(({ mac, network }, i) => {
    const plug = (deliver: (frame: Buffer) => void) => networks.plug(network, deliver, spec.node);
    // The loopback is the first link of every machine.
    const { repliesTwice = false, noCarrier = false } = quirks;
    const wiring = { index: i + 2, name: `eth${i}`, mac, plug, repliesTwice, carrier: !noCarrier, kernel };
    return new IpStack(wiring, nicConfig(mac, spec.networkData));
  });
  const terminal = startSession({ hostname: quirks.hostname ?? spec.hostname, stacks, kernel }, quirks);
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
      for (const stack of stacks) stack.unplug();
      leave('stopped');
      return Promise.resolve();
    },
  };
}
