// SPDX-License-Identifier: Apache-2.0
/**
 * Builds what the lab's real guests need: QEMU from Debian's packages, and a kernel and an initramfs under .cache/guest/, from
 * packages that are unpacked there and not installed.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $, glob, which } from 'zx';
import { runAsRoot, install, NotAllowedError } from './as-root.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROOTFS = join(ROOT, 'lab/guests/qemu/rootfs');
const IMAGE = join(ROOT, '.cache/guest');
const KERNEL = 'linux-image-cloud-amd64';
const TOOLS = ['busybox-static', 'iputils-ping', 'iputils-arping'];
/** Busybox ignores PATH and starts its own applets. A separate shell and setsid find the programs of iputils. */
const SHELL = ['bash', 'libtinfo6', 'util-linux'];
const PROGRAMS = ['ping', 'arping', 'bash', 'setsid'];
const NOT_FROM_BUSYBOX = ['ping', 'ping6', 'arping', 'sh', 'setsid'];
const NO_RECOMMENDS = '--no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances'.split(' ');

/** This machine cannot run real guests; the message contains the reason. */
export class NoGuestsError extends Error {
  override name = 'NoGuestsError';
}

/** Installs and builds what is missing; fast if nothing is. @throws NoGuestsError */
export async function ensureGuests(): Promise<void> {
  await ensureQemu();
  const stamp = join(IMAGE, 'stamp');
  const wanted = await fingerprint();
  const made = ['vmlinuz', 'initrd.gz'].every((file) => existsSync(join(IMAGE, file)));
  if (made && (await readIfThere(stamp)) === wanted) return;
  console.log('Building the guest image (.cache/guest) …');
  await requireDebian('its kernel and its packages');
  await build().catch((error: unknown) => {
    if (error instanceof NotAllowedError) return throwNoGuests(error);
    throw new NoGuestsError(
      `the guest image cannot be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  await writeFile(stamp, wanted);
}

function throwNoGuests(error: unknown): never {
  throw error instanceof NotAllowedError ? new NoGuestsError(error.message) : error;
}

async function ensureQemu(): Promise<void> {
  if (await which('qemu-system-x86_64', { nothrow: true })) return;
  await requireDebian('its package qemu-system-x86');
  await install('QEMU', 'qemu-system-x86').catch(throwNoGuests);
}

async function requireDebian(what: string): Promise<void> {
  const missing: string[] = [];
  for (const tool of ['apt-get', 'dpkg', 'setpriv']) if (!(await which(tool, { nothrow: true }))) missing.push(tool);
  if (missing.length > 0 || process.arch !== 'x64') {
    const why = missing.length > 0 ? `has no ${missing.join(', ')}` : `is ${process.arch}`;
    throw new NoGuestsError(`real guests need Debian on amd64, for ${what}; this machine ${why}`);
  }
}

/** Returns a hash of the sources that the image is built from. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(fileURLToPath(import.meta.url)));
  for (const file of (await glob('**', { cwd: ROOTFS })).sort()) {
    const path = join(ROOTFS, file);
    hash.update(file);
    hash.update(await readFile(path));
  }
  return hash.digest('hex');
}

async function build(): Promise<void> {
  const work = join(IMAGE, 'work');
  const [debs, unpacked, rootfs] = [join(work, 'debs'), join(work, 'unpacked'), join(work, 'rootfs')];
  await rm(work, { recursive: true, force: true });
  await mkdirs(debs);
  await download(debs);
  for (const deb of await glob(join(debs, '*.deb'))) await $`dpkg -x ${deb} ${unpacked}`;

  await cp(ROOTFS, rootfs, { recursive: true });
  for (const dir of ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'dev', 'proc', 'sys', 'tmp', 'root', 'lib/modules', 'lib64'])
    await mkdirs(join(rootfs, dir));
  await addBusybox(unpacked, rootfs);
  await addPrograms(unpacked, rootfs);
  await addModules(unpacked, rootfs);

  const busybox = join(rootfs, 'bin/busybox');
  await $({
    cwd: rootfs,
  })`find . | ${busybox} cpio -o -H newc -R 0:0 2>/dev/null | gzip -9 > ${join(work, 'initrd.gz')}`;
  const [kernel] = await glob(join(unpacked, 'boot/vmlinuz-*'));
  if (kernel === undefined) throw new Error(`the packages of ${KERNEL} contain no kernel`);
  await rename(kernel, join(IMAGE, 'vmlinuz'));
  await rename(join(work, 'initrd.gz'), join(IMAGE, 'initrd.gz'));
  await rm(work, { recursive: true });
}

async function download(into: string): Promise<void> {
  if (!(await aptKnows(KERNEL))) await runAsRoot('read the package lists', ['apt-get', 'update', '-qq']);
  const depends = await $`apt-cache depends --recurse ${NO_RECOMMENDS} ${TOOLS}`;
  const kernel = /Depends: (linux-image-\S+)/.exec((await $`apt-cache depends ${KERNEL}`).stdout)?.[1];
  if (kernel === undefined) throw new Error(`package ${KERNEL} names no kernel`);
  const packages = depends.stdout.split('\n').filter((line) => /^[a-z0-9]/.test(line));
  const fetch = () =>
    $({ cwd: into, quiet: true })`apt-get -o APT::Sandbox::User=root download ${[...packages, ...SHELL, kernel]}`;
  try {
    await fetch();
  } catch {
    // Outdated lists name versions that were removed.
    await runAsRoot('renew the package lists', ['apt-get', 'update', '-qq']);
    await fetch();
  }
}

async function aptKnows(name: string): Promise<boolean> {
  return (await $({ nothrow: true, quiet: true })`apt-cache show ${name}`).exitCode === 0;
}

async function addBusybox(unpacked: string, rootfs: string): Promise<void> {
  const busybox = join(rootfs, 'bin/busybox');
  await cp(join(unpacked, 'bin/busybox'), busybox);
  const { stdout } = await $`${busybox} --list-full`;
  for (const applet of stdout.trim().split('\n')) {
    const link = join(rootfs, applet);
    if (NOT_FROM_BUSYBOX.includes(basename(applet)) || existsSync(link)) continue;
    await mkdirs(join(link, '..'));
    await symlink('/bin/busybox', link);
  }
}

/** Adds the programs that are not from busybox, with their libraries, all from the packages. */
async function addPrograms(unpacked: string, rootfs: string): Promise<void> {
  const libraries = ['lib', 'usr/lib'].map((dir) => join(unpacked, dir, 'x86_64-linux-gnu'));
  for (const name of PROGRAMS) {
    const [program] = await glob(join(unpacked, `{bin,usr/bin}/${name}`));
    if (program === undefined) throw new Error(`the packages contain no ${name}`);
    await cp(program, join(rootfs, 'bin', name));
    const { stdout } = await $({ env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } })`ldd ${program}`;
    for (const [, library = ''] of stdout.matchAll(/=> (\/\S+)/g)) {
      await cp(library, join(rootfs, 'lib', basename(library)), { dereference: true });
    }
  }
  await symlink('bash', join(rootfs, 'bin/sh'));
  const [loader] = await glob(join(unpacked, '{lib,usr/lib}/x86_64-linux-gnu/ld-linux-x86-64.so.2'));
  if (loader === undefined) throw new Error('the packages contain no dynamic loader');
  await cp(loader, join(rootfs, 'lib64/ld-linux-x86-64.so.2'), { dereference: true });
}

async function addModules(unpacked: string, rootfs: string): Promise<void> {
  const wanted = (await readFile(join(ROOTFS, 'etc/modules'), 'utf8')).trim().split('\n');
  for (const module of wanted) {
    const [file] = await glob(join(unpacked, `{lib,usr/lib}/modules/*/kernel/**/${module}.ko*`));
    if (file === undefined) throw new Error(`the kernel package has no module ${module}`);
    const target = join(rootfs, 'lib/modules', basename(file));
    await cp(file, target);
    if (target.endsWith('.xz')) await $`${join(rootfs, 'bin/busybox')} unxz ${target}`;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return existsSync(path) ? readFile(path, 'utf8') : undefined;
}

async function mkdirs(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}
