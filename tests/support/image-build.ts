// SPDX-License-Identifier: Apache-2.0
/**
 * The image, built from the Dockerfile by Debian's buildah: no daemon, and no image from a registry. The base image is made here and has
 * the name that the Dockerfile uses: a minimal Debian with this machine's Node and npm. Needs root.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { which } from 'zx';
import { install } from '../../scripts/as-root.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** Holds the base image for later runs. */
const STORAGE = path.join(ROOT, '.cache/image-build');
const CERTIFICATES = '/etc/ssl/certs';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** For a single command, milliseconds. The longest is the build: 40 s of CPU time. */
const LIMIT_MS = 400_000;

/** The part of an image's configuration that a container runtime uses. */
export interface ImageConfig {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
  readonly User: string;
  readonly StopSignal: string;
  readonly Volumes: Readonly<Record<string, object>>;
}

/** Installs Debian's buildah and debootstrap where they are missing. @throws NotAllowedError */
export async function ensureBuildah(): Promise<void> {
  const found = await Promise.all(['buildah', 'debootstrap'].map((name) => which(name, { nothrow: true })));
  if (found.includes(null)) await install('buildah and debootstrap', 'buildah', 'debootstrap');
}

/** Builds the image, and gives access to its configuration and files until it is removed. */
export class ImageBuild {
  readonly #tag = `localhost/image-build-test:${process.pid}`;
  readonly #scratch: string;
  readonly baseName: string;

  /** @param scratch a directory for its own use. */
  constructor(scratch: string) {
    this.#scratch = scratch;
    this.baseName = baseImageName(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8'));
  }

  /** Makes the base image unless an earlier run has made it. */
  makeBase(): void {
    this.#buildah('rm', '--all');
    if (this.#buildah('images', '--quiet', '--filter', `reference=${this.baseName}`) !== '') return;
    const [, release = ''] = /-(\w+)-slim$/.exec(this.baseName) ?? [];
    const container = this.#buildah('from', 'scratch');
    const root = this.#buildah('mount', container);
    run('debootstrap', '--variant=minbase', release, root);
    run('sh', '-c', 'rm -rf "$0"/var/cache/apt/archives/*.deb "$0"/var/lib/apt/lists/*', root);
    addNode(path.join(root, 'usr/local'));
    this.#buildah('umount', container);
    this.#buildah('config', '--env', `PATH=${PATH}`, container);
    this.#buildah('commit', '--quiet', '--disable-compression', '--rm', container, this.baseName);
  }

  /** Returns the output of the build, with the number of open files that many builders allow. */
  build(): string {
    const npmrc = path.join(this.#scratch, 'npmrc');
    const registry = run('npm', 'config', 'get', 'registry');
    const hasCertificates = existsSync(path.join(CERTIFICATES, 'ca-certificates.crt'));
    const cafile = hasCertificates ? `cafile=${CERTIFICATES}/ca-certificates.crt\n` : '';
    writeFileSync(npmrc, `registry=${registry}\n${cafile}`);
    const cache = run('npm', 'config', 'get', 'cache');
    mkdirSync(cache, { recursive: true });
    const volumes = [
      `${npmrc}:/root/.npmrc:ro`,
      `${cache}:/root/.npm`,
      ...(hasCertificates ? [`${CERTIFICATES}:${CERTIFICATES}:ro`] : []),
    ];
    const options = ['--isolation', 'chroot', '--pull-never', ...volumes.flatMap((volume) => ['--volume', volume])];
    const command = ['bud', ...options, '--tag', this.#tag, ROOT];
    return run('sh', '-c', 'ulimit -n 1024 && exec "$@" 2>&1', 'sh', 'buildah', ...this.#places(), ...command);
  }

  get config(): ImageConfig {
    const described = JSON.parse(this.#buildah('inspect', '--type', 'image', this.#tag)) as {
      OCIv1: { config: ImageConfig };
    };
    return described.OCIv1.config;
  }

  /** Returns the directory with the files of the image, or of the base image. */
  mount(image: 'image' | 'base'): string {
    const name = image === 'image' ? this.#tag : this.baseName;
    return this.#buildah('mount', this.#buildah('from', '--pull-never', name));
  }

  /** Removes the image; the base image stays. */
  remove(): void {
    this.#buildah('rm', '--all');
    this.#buildah('rmi', '--force', this.#tag);
  }

  #places(): string[] {
    return ['--root', STORAGE, '--runroot', path.join(this.#scratch, 'run')];
  }

  #buildah(...args: string[]): string {
    return run('buildah', ...this.#places(), ...args);
  }
}

/** Returns the name that FROM has with the default arguments. */
function baseImageName(dockerfile: string): string {
  const argument = (name: string): string => new RegExp(`^ARG ${name}=(.+)$`, 'm').exec(dockerfile)?.[1] ?? '';
  return argument('NODE_IMAGE').replace('${NODE_VERSION}', argument('NODE_VERSION'));
}

/** Copies this process's Node and the machine's npm, as Node's official image has them. */
function addNode(local: string): void {
  const npm = path.resolve(realpathSync(run('which', 'npx')), '../..');
  cpSync(process.execPath, path.join(local, 'bin/node'));
  cpSync(npm, path.join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, path.join(local, 'bin', name));
}

/** Returns the standard output. @throws Error with what the command printed */
function run(program: string, ...args: string[]): string {
  const options = { encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: 2 ** 24, cwd: ROOT } as const;
  return execFileSync(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
