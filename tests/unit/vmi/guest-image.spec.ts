// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { imageReference } from '../../../model/names.ts';
import { defaultGuestImage } from '../../../fixtures/vmi/guest-image.ts';

const NAME = 'quay.io/kubevirt/alpine-with-test-tooling-container-disk';

for (const version of ['v1.9.0', 'v0.58.1', 'v1.10.12', 'v1.4.0-rc.1', 'v1.4.0-alpha.0', 'v1.4.0-beta.0', 'v2.0.0']) {
  test(`uses the image of release ${version} without a warning`, () => {
    expect(defaultGuestImage(version)).toEqual({ image: `${NAME}:${version}` });
  });
}

for (const [version, tag] of [
  ['1.2.2-150500.8.15.1', 'v1.2.2'],
  ['v1.3.0-46-g9ab2b4b6c', 'v1.3.0'],
  ['v1.4.0-rc.1-12-gabc1234', 'v1.4.0-rc.1'],
  ['v1.4.0-alpha.0-300-gabc1234-dirty', 'v1.4.0-alpha.0'],
  ['v1.5.0+rhel9', 'v1.5.0'],
  ['v1.5.0-dirty', 'v1.5.0'],
  ['v1.5.0_custom', 'v1.5.0'],
  ['v1.5.0-rc1', 'v1.5.0'],
  ['1.6.0', 'v1.6.0'],
  ['1.6', 'v1.6.0'],
  ['v01.06.00', 'v1.6.0'],
  ['v1.5.0 --privileged', 'v1.5.0'],
  [`v1.5.0-${'x'.repeat(200_000)}`, 'v1.5.0'],
] as const) {
  test(`uses the release that ${JSON.stringify(version.slice(0, 40))} is derived from, with a warning`, () => {
    const { image, warning } = defaultGuestImage(version);
    expect(image).toBe(`${NAME}:${tag}`);
    expect(warning).toContain('is not a released one');
    expect(warning).toContain(`"${image}"`);
    expect(warning).toContain('"vmContainerDiskImage"');
    expect(warning?.length).toBeLessThan(400);
  });
}

for (const [version, why] of [
  [undefined, 'is not known'],
  ['v4.17.3', 'names no release'],
  ['', 'is not known'],
  ['  ', 'is not known'],
  ['latest', 'names no release'],
  ['devel', 'names no release'],
  ['main', 'names no release'],
  ['{version}', 'names no release'],
  ['1', 'names no release'],
  ['20240115', 'names no release'],
  ['4.16.3', 'names no release'],
  ['v4.16.0-202406.p0', 'names no release'],
  ['1.99999999999999999999.0', 'names no release'],
  [`sha256:${'a1'.repeat(32)}`, 'names no release'],
  [`registry.example/virt-operator@sha256:${'a1'.repeat(32)}`, 'names no release'],
  ['../../etc/passwd\n<script>', 'names no release'],
  ['v'.repeat(200_000), 'names no release'],
  ['9'.repeat(200_000), 'names no release'],
  ['v0.53.0', 'without cloud-init'],
  ['0.44.1-dirty', 'without cloud-init'],
  ['v0.0.0-master+$Format:%h$', 'without cloud-init'],
] as const) {
  test(`uses a pinned release where the version is ${JSON.stringify(version?.slice(0, 40) ?? 'unknown')}, with a warning`, () => {
    const { image, warning } = defaultGuestImage(version);
    expect(image).toBe(`${NAME}:v1.9.0`);
    expect(warning).toContain(why);
    expect(warning).toContain('"vmContainerDiskImage"');
    expect(warning).not.toContain('\n');
    expect(warning?.length).toBeLessThan(400);
  });
}

test('the image is a valid reference, whatever the version', () => {
  const pieces = ['v', '1', '.', '9', '0', '-', 'rc', 'alpha', '+', ':', '@', '/', ' ', '\n', 'é', 'sha256', '128'];
  let seed = 1;
  for (let count = 0; count < 5000; count++) {
    const version = Array.from({ length: count % 12 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return pieces[seed % pieces.length];
    }).join('');
    const { image } = defaultGuestImage(version);
    expect(imageReference(image), JSON.stringify(version)).toBe(image);
  }
});

test('another architecture than amd64 gets the image of 1.9 or later: older ones contain the disk of amd64', () => {
  for (const version of ['v1.9.0', 'v1.10.1', 'v2.0.0']) {
    expect(defaultGuestImage(version, 'arm64')).toEqual({ image: `${NAME}:${version}` });
  }
  for (const version of ['v1.8.4', 'v0.59.0']) {
    const { image, warning } = defaultGuestImage(version, 'arm64');
    expect(image).toBe(`${NAME}:v1.9.0`);
    expect(warning).toContain(`KubeVirt's version "${version}" has no test image for arm64: `);
  }
});
