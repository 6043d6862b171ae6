import type { Networks } from '../../network/networks.ts';
import type { Guest, GuestDriver, GuestSpec } from '../guest.ts';
import { IpStack } from './ip-stack.ts';
import { addressesFor } from './network-config.ts';
import { installedPrograms } from './programs.ts';
import { runShell, type Environment } from './shell.ts';
import { Terminal } from './terminal.ts';

/** SIMULATED guests: no virtual machine, a shell in this process that answers over the same console and the same network. */
export function createScriptedDriver(networks: Networks): GuestDriver {
  const guests = new Set<Guest>();
  return {
    kind: 'scripted',
    start(spec) {
      const guest = startGuest(spec, networks);
      guests.add(guest);
      void guest.exited.then(() => guests.delete(guest));
      return Promise.resolve(guest);
    },
    async close() {
      await Promise.all([...guests].map((guest) => guest.stop()));
    },
  };
}

function startGuest(spec: GuestSpec, networks: Networks): Guest {
  const nics = spec.nics.map(
    ({ mac, network }) =>
      new IpStack(mac, addressesFor(mac, spec.networkData), (deliver) => networks.plug(network, deliver)),
  );
  const terminal = startSession(spec.hostname, nics);
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

/** Login, then one command after another, as on a serial line with a getty. */
function startSession(hostname: string, nics: IpStack[]): Terminal {
  let user: string | undefined;
  let status = 0;
  let work = Promise.resolve();
  const prompt = () => {
    terminal.print(user === undefined ? `${hostname} login: ` : `${hostname}:~# `);
  };
  const logout = () => {
    user = undefined;
    print('\nSIMULATED guest\n\n');
    return 0;
  };
  const error = { write: print };
  const environment: Environment = {
    ...{ out: error, error, files: new Map<string, string>() },
    programs: { ...installedPrograms(hostname, nics), exit: logout, logout },
  };
  const answer = async (line: string): Promise<void> => {
    if (user === undefined) {
      if (line === 'root') user = line;
      else if (line !== '') print('\nLogin incorrect\n');
      if (user) print(`\nSIMULATED guest: scripted, no virtual machine\n\n`);
      else print(`\nSIMULATED guest\n\n`);
    } else status = await runShell(line, environment, status);
    prompt();
  };
  const terminal = new Terminal((line) => {
    work = work.then(() => answer(line));
  });
  function print(text: string): void {
    terminal.print(text);
  }
  return terminal;
}
