// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Networks } from '../../network/networks.ts';
import type { Port } from '../../network/switch.ts';
import { onFrames, sendFrame } from './framed-socket.ts';
import { iso9660 } from './iso9660.ts';
import type { Guest, GuestDriver, GuestSpec, Nic } from '../guest.ts';

const IMAGE = fileURLToPath(new URL('../../../.cache/guest/', import.meta.url));
const KERNEL = join(IMAGE, 'vmlinuz');
const INITRD = join(IMAGE, 'initrd.gz');
// Speculation mitigations slow an emulated guest down and protect nothing here. On a busy machine the kernel's timer test
// fails, which is a panic ("IO-APIC + timer doesn't work").
const KERNEL_ARGUMENTS = 'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check';
/** Enough for the guest image. A VMI may request more than this machine should spend. */
const MEMORY_MIB = { min: 96, max: 256 };

/** Real guests: one emulating QEMU (TCG) each, which ends with this process. */
export async function createQemuDriver(networks: Networks): Promise<GuestDriver> {
  for (const file of [KERNEL, INITRD]) {
    await access(file).catch(() => {
      throw new Error(`no guest image: ${file} is missing; "npm run lab" makes it`);
    });
  }
  const guests = new Set<Guest>();
  return {
    kind: 'qemu',
    async start(spec) {
      const guest = await startGuest(spec, networks);
      guests.add(guest);
      void guest.exited.then(() => guests.delete(guest));
      return guest;
    },
    async close() {
      await Promise.all([...guests].map((guest) => guest.stop()));
    },
  };
}

async function startGuest(spec: GuestSpec, networks: Networks): Promise<Guest> {
  const directory = await mkdtemp(join(tmpdir(), 'lab-guest-'));
  const cables = spec.nics.map((nic, i) => new Cable(nic, networks, join(directory, `nic${i}`), spec.node));
  const seed = join(directory, 'cidata.iso');
  await writeFile(seed, iso9660('cidata', seedFiles(spec)));
  await Promise.all(cables.map((cable) => cable.listen()));

  // The kernel kills QEMU when the thread that started it ends for any reason.
  const qemu = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(spec, seed, cables)]);
  const exited = untilExit(qemu).finally(() => {
    for (const cable of cables) cable.unplug();
    void rm(directory, { recursive: true, force: true });
  });
  return {
    serial: {
      write: (data) => qemu.stdin.write(data),
      onData: (listener) => {
        qemu.stdout.on('data', listener);
        return () => qemu.stdout.off('data', listener);
      },
    },
    prepareMigration: () => Promise.reject(new Error('the lab cannot migrate its guests yet')),
    exited,
    async stop() {
      qemu.kill('SIGKILL');
      await exited;
    },
  };
}

/** Resolves with the reason, also if QEMU cannot be started. */
function untilExit(qemu: ChildProcessWithoutNullStreams): Promise<string> {
  let complaint = '';
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-1000);
  });
  // The guest must not wait if no client reads the console.
  qemu.stdout.resume();
  // The machine ended during a write: its exit reports that.
  qemu.stdin.on('error', () => undefined);
  return new Promise((resolve) => {
    qemu.once('error', (error) => {
      resolve(`QEMU does not start: ${error.message}`);
    });
    qemu.once('close', (code, signal) => {
      resolve(
        code === 0 ? 'the guest powered off' : `QEMU ended with ${signal ?? `status ${code}`} ${complaint.trim()}`,
      );
    });
  });
}

function qemuArguments(spec: GuestSpec, seed: string, cables: Cable[]): string[] {
  const memory = Math.min(Math.max(spec.memoryMiB, MEMORY_MIB.min), MEMORY_MIB.max);
  return [
    '-name',
    spec.name,
    '-machine',
    'q35',
    '-cpu',
    'max',
    '-accel',
    'tcg',
    '-m',
    String(memory),
    '-nodefaults',
    '-no-user-config',
    '-display',
    'none',
    '-no-reboot',
    '-kernel',
    KERNEL,
    '-initrd',
    INITRD,
    '-append',
    KERNEL_ARGUMENTS,
    '-chardev',
    'stdio,id=serial,signal=off',
    '-serial',
    'chardev:serial',
    '-blockdev',
    `driver=file,node-name=seed,read-only=on,filename=${seed}`,
    '-device',
    'virtio-blk-pci,drive=seed',
    ...cables.flatMap((cable, i) => [
      '-netdev',
      `stream,id=net${i},server=off,addr.type=unix,addr.path=${cable.path}`,
      '-device',
      `virtio-net-pci,netdev=net${i},mac=${cable.mac},romfile=`,
    ]),
  ];
}

/** Returns the files of cloud-init's NoCloud source as virt-launcher writes them: meta-data is JSON, empty files are omitted. */
function seedFiles({ name, namespace, hostname, userData, networkData }: GuestSpec): Record<string, string> {
  return {
    'meta-data': JSON.stringify({ 'instance-id': `${name}.${namespace}`, 'local-hostname': hostname }),
    'user-data': userData,
    ...(networkData !== '' && { 'network-config': networkData }),
  };
}

/** Connects a NIC to its network over a socket to which QEMU connects. */
class Cable {
  readonly path: string;
  readonly mac: string;
  readonly #nic: Nic;
  readonly #networks: Networks;
  readonly #server: Server;
  #port: Port | undefined;

  constructor(nic: Nic, networks: Networks, path: string, node: string | undefined) {
    this.path = path;
    this.mac = nic.mac;
    this.#nic = nic;
    this.#networks = networks;
    this.#server = createServer((socket) => {
      const deliver = (frame: Buffer) => {
        sendFrame(socket, frame);
      };
      const port = this.#networks.plug(this.#nic.network, deliver, node);
      this.#port = port;
      onFrames(socket, (frame) => {
        port.send(frame);
      });
      // QEMU has ended; its exit reports that.
      socket.on('error', () => undefined);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.path, resolve);
    });
  }

  unplug(): void {
    this.#port?.unplug();
    this.#server.close();
  }
}
