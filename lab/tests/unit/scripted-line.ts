// SPDX-License-Identifier: Apache-2.0
/** A terminal on the serial console of a scripted guest. */
import { expect } from '@playwright/test';
import type { GuestSpec } from '../../guests/guest.ts';
import type { GuestQuirks } from '../../guests/quirks.ts';
import { createScriptedDriver } from '../../guests/scripted/scripted-driver.ts';
import type { NeighbourOptions } from '../../network/neighbour.ts';
import { Networks } from '../../network/networks.ts';

export interface Line {
  type: (text: string) => void;
  /** Returns the output since the last `type`. */
  seen: () => string;
  /** Waits until that output matches. */
  until: (pattern: RegExp) => Promise<void>;
  /** Runs a command and returns its output, with line feeds only. */
  run: (command: string) => Promise<string>;
}

const PERFECT = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };

interface Setup {
  quirks?: GuestQuirks;
  networks?: Networks;
  /** Overrides the properties of a guest without NICs. */
  spec?: Partial<GuestSpec>;
}

export const NETWORK = 'latency/bridge';

/** Returns a guest with one NIC, MAC address 02:00:00:00:00:0<nth>, that has only these addresses. */
export function guestOn(
  nth: number,
  addresses: string[] = [],
  settings: Record<string, boolean> = {},
): Partial<GuestSpec> {
  const mac = `02:00:00:00:00:0${nth}`;
  const nic = {
    match: { macaddress: mac },
    dhcp4: false,
    dhcp6: false,
    'accept-ra': false,
    ...settings,
    ...(addresses.length > 0 && { addresses }),
  };
  const networkData = JSON.stringify({ version: 2, ethernets: { nic } });
  return { nics: [{ name: 'nic', mac, network: NETWORK }], networkData };
}

/** Returns networks without delay or loss, with this CNI configuration and an optional neighbour. */
export function quietNetworks(config?: string, neighbour?: NeighbourOptions): Networks {
  return new Networks(PERFECT, neighbour, () => config);
}

/** Starts a guest and connects to its console, before the login. */
export async function connectConsole({
  quirks = {},
  networks = quietNetworks(),
  spec = {},
}: Setup = {}): Promise<Line> {
  const plain: GuestSpec = {
    name: 'guest',
    namespace: 'default',
    hostname: 'guest',
    nics: [],
    userData: '',
    networkData: 'version: 2\n',
    memoryMiB: 64,
  };
  const { serial } = await createScriptedDriver(networks, quirks).start({ ...plain, ...spec });
  let seen = '';
  serial.onData((data) => {
    seen += Buffer.from(data).toString('utf8');
  });
  const type = (text: string) => {
    seen = '';
    serial.write(Buffer.from(text));
  };
  const until = (pattern: RegExp) =>
    expect.poll(() => seen, { intervals: [1, 10, 50], timeout: 15_000 }).toMatch(pattern);
  const run = async (command: string) => {
    type(`${command}\n`);
    await until(/guest:~# $/);
    return seen.replaceAll('\r\n', '\n').slice(command.length + 1, -'guest:~# '.length);
  };
  return { type, seen: () => seen, until, run };
}

export interface PingTotals {
  transmitted: number;
  received: number;
  duplicates: number;
  /** NaN without a reply. */
  maxMs: number;
}

/** Parses the summary that ping prints. */
export function pingTotals(text: string): PingTotals {
  const [, transmitted, received, duplicates = '0'] =
    /^(\d+) packets transmitted, (\d+) received, (?:\+(\d+) duplicates, )?/m.exec(text) ?? [];
  const [, maxMs] = /^rtt min\/avg\/max\/mdev = [\d.]+\/[\d.]+\/([\d.]+)\//m.exec(text) ?? [];
  return {
    transmitted: Number(transmitted),
    received: Number(received),
    duplicates: Number(duplicates),
    maxMs: Number(maxMs),
  };
}

/** Waits until no IPv6 address is tentative: each one is usable or a duplicate. */
export async function waitForDuplicateAddressDetection(line: Line): Promise<void> {
  await expect.poll(() => line.run('ip -o addr show'), { intervals: [50] }).not.toMatch(/(?<!dadfailed) tentative /);
}

/** Starts a guest and logs in on its console. */
export async function loggedIn(setup?: Setup): Promise<Line> {
  const line = await connectConsole(setup);
  line.type('root\n');
  await line.until(/guest:~# $/);
  return line;
}
