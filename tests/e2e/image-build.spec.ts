// SPDX-License-Identifier: Apache-2.0
/**
 * The Dockerfile, built by buildah as on a machine without a container daemon, and a run of the built image with the rights of a pod under
 * OpenShift's restricted-v2: any user id, group 0, no capabilities, a read-only root. SIMULATED guests.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { imageRoot, podEnvironment, writeServiceAccount } from '../support/container-root.ts';
import { ensureBuildah, ImageBuild } from '../support/image-build.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupRbac } from '../support/permissions.ts';

/** What the image adds to its base, as docs/image.md says, with a margin. */
const MOST_ADDED_MEGABYTES = 36;
/** A first build makes the base image, too: three minutes while other tests run. */
const LIMIT_MS = 900_000;

test.skip(process.geteuid?.() !== 0, 'buildah and debootstrap take root');

/** Returns the number of bytes that a shell command prints, in MB. The directory is its argument $0. */
function megabytes(command: string, directory: string): number {
  return Number.parseInt(execFileSync('sh', ['-c', command, directory], { encoding: 'utf8' }), 10) / 1e6;
}

const SIZE = 'du -s --bytes "$0"';
const COMPRESSED_SIZE = 'tar -C "$0" -c . | gzip | wc -c';

test(
  'buildah builds the image under ulimit -n 1024, and it runs as any user with a read-only root',
  { tag: ['@image', '@slow'] },
  async ({ newLab, checkup }, testInfo) => {
    test.setTimeout(LIMIT_MS);
    await ensureBuildah();
    const directory = mkdtempSync(path.join(tmpdir(), 'image-build-'));
    const image = new ImageBuild(directory);
    try {
      const start = performance.now();
      image.makeBase();
      const based = performance.now();
      const output = image.build();
      const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(0)} s`;
      console.log(`base image ${seconds(start, based)}, build ${seconds(based, performance.now())}`);
      expect(output).toMatch(/^ {2}compiled code +[\d.]+ MB/m);
      const { config } = image;
      expect(config).toMatchObject({ User: '1001:0', StopSignal: 'SIGINT', WorkingDir: '/opt/kubevirt-vm-latency' });

      const files = image.mount('image');
      const [all, base] = [megabytes(SIZE, files), megabytes(SIZE, image.mount('base'))];
      const compressed = megabytes(COMPRESSED_SIZE, path.join(files, config.WorkingDir));
      console.log(
        `image ${all.toFixed(1)} MB, of which its base ${base.toFixed(1)} MB; it adds ${(all - base).toFixed(1)} MB, compressed ${compressed.toFixed(1)} MB`,
      );
      expect(all - base).toBeGreaterThan(15);
      expect(all - base).toBeLessThan(MOST_ADDED_MEGABYTES);

      const lab = await newLab({ objects: checkupRbac() });
      setConfigMap(lab, { 'spec.param.sampleDurationSeconds': '1' });
      const account = testInfo.outputPath('serviceaccount');
      writeServiceAccount(lab.kubeconfigOf('latency', CHECKUP_ACCOUNT), account);
      const artifacts = testInfo.outputPath('artifacts');
      const root = imageRoot(files, config, { account, artifacts, scratch: testInfo.outputPath('scratch') });
      const command = root.command(podEnvironment(lab.url), config.Entrypoint);
      const run = checkup(lab, { mounts: root.mounts, command });
      const { status, lastLine, output: printed } = await run.ended;
      expect(lastLine, printed).toMatch(/^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+$/);
      expect(status).toBe(0);
      expect(printed).not.toMatch(/EROFS|EACCES|is not writable/);
      expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
      expect(vmisLeft(lab)).toEqual([]);
      expect(readdirSync(artifacts)).toEqual(expect.arrayContaining(['report.html', 'result.json']));
    } finally {
      image.remove();
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
