/** A serial line to a scripted guest, as somebody at a terminal has it. */
import { expect } from '@playwright/test';
import type { GuestSpec } from '../../../lab/guests/guest.ts';
import type { GuestQuirks } from '../../../lab/guests/quirks.ts';
import { createScriptedDriver } from '../../../lab/guests/scripted/scripted-driver.ts';
import { Networks } from '../../../lab/network/networks.ts';

export interface Line {
  type: (text: string) => void;
  /** All that came since the last `type`. */
  seen: () => string;
  until: (pattern: RegExp) => Promise<void>;
  /** Runs a command to its end; answers what it printed, with line feeds only. */
  run: (command: string) => Promise<string>;
}

const PERFECT = { delayMs: 0, jitterMs: 0, lossPercent: 0, cut: false, seed: 1 };

interface Setup {
  quirks?: GuestQuirks;
  networks?: Networks;
  /** What differs from a guest without NICs. */
  spec?: Partial<GuestSpec>;
}

export function quietNetworks(): Networks {
  return new Networks(PERFECT);
}

export async function plugIn({ quirks = {}, networks = quietNetworks(), spec = {} }: Setup = {}): Promise<Line> {
  const plain: GuestSpec = {
    ...{ name: 'guest', hostname: 'guest', nics: [], userData: '', networkData: 'version: 2\n', memoryMiB: 64 },
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

export async function loggedIn(setup?: Setup): Promise<Line> {
  const line = await plugIn(setup);
  line.type('root\n');
  await line.until(/guest:~# $/);
  return line;
}
