// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GuestSpec } from '../guest.ts';
import type { Cable } from './cable.ts';
import { Qmp } from './qmp.ts';

const IMAGE = fileURLToPath(new URL('../../../.cache/guest/', import.meta.url));
export const KERNEL = join(IMAGE, 'vmlinuz');
export const INITRD = join(IMAGE, 'initrd.gz');
// Speculation mitigations slow an emulated guest down and protect nothing here. On a busy machine the kernel's timer test
// fails, which is a panic ("IO-APIC + timer doesn't work").
const KERNEL_ARGUMENTS = 'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check';
/** Enough for the guest image. A VMI may request more than this machine should spend. */
const MEMORY_MIB = { min: 96, max: 256 };

export interface MachineOptions {
  readonly spec: GuestSpec;
  /** Path of the image with the files of cloud-init. */
  readonly seed: string;
  readonly cables: readonly Cable[];
  /** Path for the socket of QEMU's machine protocol. */
  readonly control: string;
  /** It waits for a migration instead of booting. */
  readonly isTarget: boolean;
}

/** One emulating QEMU (TCG), which ends with this process. */
export class Machine {
  readonly cables: readonly Cable[];
  /** Resolves with the reason, also if QEMU cannot be started. */
  readonly exited: Promise<string>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #control: string;
  readonly #ended = new AbortController();
  #qmp: Promise<Qmp> | undefined;

  constructor(options: MachineOptions) {
    this.cables = options.cables;
    this.#control = options.control;
    // The kernel kills QEMU when the thread that started it ends for any reason.
    this.#process = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(options)]);
    this.exited = untilExit(this.#process).finally(() => {
      this.#ended.abort();
    });
  }

  write(data: Uint8Array): void {
    this.#process.stdin.write(data);
  }

  onSerial(listener: (data: Uint8Array) => void): void {
    this.#process.stdout.on('data', listener);
  }

  /** Connects to QEMU's machine protocol once. @throws Error if QEMU has ended, or does not listen */
  async control(): Promise<Qmp> {
    this.#qmp ??= Qmp.connect(this.#control, this.#ended.signal);
    return await this.#qmp;
  }

  unplug(): void {
    for (const cable of this.cables) cable.unplug();
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }
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

function qemuArguments({ spec, seed, cables, control, isTarget }: MachineOptions): string[] {
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
    '-qmp',
    `unix:${control},server=on,wait=off`,
    '-blockdev',
    `driver=file,node-name=seed,read-only=on,filename=${seed}`,
    '-device',
    'virtio-blk-pci,drive=seed',
    ...cables.flatMap(({ path, nic }, i) => [
      '-netdev',
      `stream,id=net${i},server=off,addr.type=unix,addr.path=${path}`,
      '-device',
      `virtio-net-pci,netdev=net${i},mac=${nic.mac},romfile=`,
    ]),
    ...(isTarget ? ['-incoming', 'defer'] : []),
  ];
}
