// SPDX-License-Identifier: Apache-2.0
/** Real guests of the lab that really migrate between two QEMU processes, without a cluster. Fails without QEMU. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test as base } from '@playwright/test';
import type { Guest, GuestDriver } from '../../guests/guest.ts';
import { createQemuDriver } from '../../guests/qemu/qemu-driver.ts';
import { summarizeEchoes } from '../../network/echo-summary.ts';
import { Networks } from '../../network/networks.ts';
import { NO_IMPAIRMENT } from '../../network/switch.ts';

const test = base.extend<{ networks: Networks; driver: GuestDriver }>({
  networks: async ({}, use) => {
    const networks = new Networks(NO_IMPAIRMENT);
    await use(networks);
    networks.close();
  },
  driver: async ({ networks }, use) => {
    const driver = await createQemuDriver(networks);
    await use(driver);
    await driver.close();
    await expect.poll(guestsOfThisProcess).toBe(0);
  },
});

async function guestsOfThisProcess(): Promise<number> {
  return (await qemusOfThisProcess()).length;
}

/** Kills the QEMU that this process started last. */
async function killNewestQemu(): Promise<void> {
  process.kill(Math.max(...(await qemusOfThisProcess())), 'SIGKILL');
}

/** Returns the ids of the QEMU processes that this process started. */
async function qemusOfThisProcess(): Promise<number[]> {
  const threads = await readdir('/proc/self/task');
  const lists = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/children`, 'utf8')));
  const children = lists.flatMap((list) => list.split(' ').filter((pid) => pid !== ''));
  const names = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return children.filter((_, i) => names[i]?.startsWith('qemu-system')).map(Number);
}

/** A shell on the console of a guest. */
class Shell {
  readonly guest: Guest;
  #output = '';
  #commands = 0;

  constructor(guest: Guest) {
    this.guest = guest;
    guest.serial.onData((data) => (this.#output += Buffer.from(data).toString('latin1')));
  }

  async login(): Promise<void> {
    await this.#until(/login: $/);
    this.#type('root\n');
    await this.#until(/:~# $/);
  }

  /** Returns what the command printed. */
  async run(command: string): Promise<string> {
    this.#commands += 1;
    this.#output = '';
    this.#type(`echo begin ${this.#commands}; ${command}; echo end "${this.#commands}"\n`);
    await this.#until(new RegExp(`^end ${this.#commands}\r?$`, 'm'));
    return this.#output;
  }

  #type(text: string): void {
    this.guest.serial.write(Buffer.from(text));
  }

  async #until(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.#output, { timeout: 90_000 }).toMatch(pattern);
  }
}

async function startTwo(driver: GuestDriver): Promise<readonly [pinger: Shell, mover: Shell]> {
  const shells = await Promise.all(
    [1, 2].map(async (number) => {
      const guest = await driver.start({
        name: `guest-${number}`,
        namespace: 'latency',
        hostname: `guest-${number}`,
        nics: [{ name: 'net', mac: `02:00:00:00:0a:0${number}`, network: 'latency/blue' }],
        userData: '',
        networkData: '',
        memoryMiB: 128,
        node: `node-${number}`,
      });
      const shell = new Shell(guest);
      await shell.login();
      await shell.run(`ip link set eth0 up; ip addr add 10.1.0.${number}/24 dev eth0`);
      return shell;
    }),
  );
  const [pinger, mover] = shells;
  if (pinger === undefined || mover === undefined) throw new Error('a guest is missing');
  return [pinger, mover];
}

test(
  'a guest migrates twice while another one pings it, a failed and a cancelled migration leave it where it was',
  { tag: ['@real', '@slow'] },
  async ({ driver, networks }) => {
    const [pinger, mover] = await startTwo(driver);
    await mover.run('KEPT=before');

    const failing = await mover.guest.prepareMigration('node-1');
    await expect(mover.guest.prepareMigration('node-1')).rejects.toThrow('is prepared already');
    await failing.cancel();
    await expect(failing.run()).rejects.toThrow('the target of the migration has ended');
    await failing.cancel();
    expect(await guestsOfThisProcess()).toBe(2);

    const killed = await mover.guest.prepareMigration('node-1');
    await expect.poll(guestsOfThisProcess).toBe(3);
    await sleep(500);
    const running = killed.run();
    await Promise.all([killNewestQemu(), expect(running).rejects.toThrow(/./)]);
    expect(await guestsOfThisProcess()).toBe(2);
    expect(await mover.run('echo value: $KEPT')).toContain('value: before');

    networks.forgetEchoes();
    await pinger.run('(ping -n -i 0.02 10.1.0.2 >/tmp/sample 2>&1 &)');
    for (const node of ['node-1', 'node-2']) {
      const target = await mover.guest.prepareMigration(node);
      await sleep(1000);
      await target.run();
      await expect.poll(guestsOfThisProcess).toBe(2);
      await target.cancel();
      expect(await mover.run('echo value: $KEPT')).toContain('value: before');
    }
    await sleep(1000);
    await pinger.run('killall -INT ping');
    const { lost, late, longestGapMs } = summarizeEchoes(networks.echoes(), 200);
    expect(longestGapMs).toBeGreaterThan(20);
    expect(longestGapMs).toBeLessThan(15_000);
    // Before the switch, requests go to a target that does not run yet: they are lost, or wait in its socket.
    expect(lost + late).toBeGreaterThan(0);
    expect(networks.echoes().at(-1)?.reply?.fate).toBe('delivered');
  },
);
