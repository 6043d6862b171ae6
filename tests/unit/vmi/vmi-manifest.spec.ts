// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { list, record } from '../../../fixtures/cluster/objects.ts';
import { vmiManifest } from '../../../fixtures/vmi/vmi-manifest.ts';

const PLAN = {
  vmi: { namespace: 'ns', name: 'latency-check-source-abcde' },
  configMapUid: 'u-1',
  run: 'abcde',
  owner: { name: 'pod', uid: 'p-1' },
  placement: { own: undefined, other: undefined },
  network: { namespace: 'nets', name: 'blue', binding: 'bridge' as const },
  mac: '02:00:00:00:00:01',
  dhcp: [],
  image: 'example/image:1',
  pullSecret: undefined,
};

test('sets name, label, owner, network, binding, image and cloud-init', () => {
  expect(vmiManifest(PLAN)).toMatchObject({
    metadata: {
      name: 'latency-check-source-abcde',
      namespace: 'ns',
      labels: { 'latency-check/uid': 'u-1', 'latency-check/run': 'abcde' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: 'p-1' }],
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      domain: { devices: { interfaces: [{ name: 'net0', macAddress: '02:00:00:00:00:01', bridge: {} }] } },
      networks: [{ name: 'net0', multus: { networkName: 'nets/blue' } }],
      volumes: [
        { name: 'containerdisk', containerDisk: { image: 'example/image:1' } },
        { name: 'cloudinit', cloudInitNoCloud: { userData: expect.stringContaining('#cloud-config') } },
      ],
    },
  });
});

test('sets anti-affinity only when neither node is named', () => {
  const affinity = (own?: string, other?: string) => vmiManifest({ ...PLAN, placement: { own, other } });
  const nodeRule = (operator: string) => ({
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator, values: ['n1'] }] }],
          },
        },
      },
    },
  });
  expect(affinity()).toHaveProperty('spec.affinity.podAntiAffinity');
  // VMs leaked by an earlier run with the same ConfigMap must not conflict.
  expect(JSON.stringify(affinity())).toContain('"matchLabels":{"latency-check/run":"abcde"}');
  expect(affinity('n1')).toMatchObject(nodeRule('In'));
  expect(affinity(undefined, 'n1')).toMatchObject(nodeRule('NotIn'));
  expect(affinity(undefined, 'n1')).not.toHaveProperty('spec.affinity.podAntiAffinity');
});

test('cloud-init sets no address, and enables DHCP only for the families that the network assigns', () => {
  const ethernet = (dhcp: readonly ('ipv4' | 'ipv6')[]): unknown => {
    const spec = record(record(vmiManifest({ ...PLAN, dhcp }))['spec']);
    const volumes = list(spec['volumes']).map(record);
    const cloudInit = record(volumes.find(({ name }) => name === 'cloudinit')?.['cloudInitNoCloud']);
    return record(record(parse(String(cloudInit['networkData'])))['ethernets'])['net0'];
  };
  const match = { macaddress: '02:00:00:00:00:01' };
  expect(ethernet([])).toEqual({ match, dhcp4: false, dhcp6: false, 'accept-ra': false });
  expect(ethernet(['ipv4'])).toEqual({ match, dhcp4: true, dhcp6: false, 'accept-ra': false });
  expect(ethernet(['ipv6', 'ipv4'])).toEqual({ match, dhcp4: true, dhcp6: true, 'accept-ra': true });
});

test('sets the architecture and its node selector only if it is given', () => {
  expect(vmiManifest({ ...PLAN, architecture: 'arm64' })).toMatchObject({
    spec: { architecture: 'arm64', nodeSelector: { 'kubernetes.io/arch': 'arm64' } },
  });
  const { spec } = record(vmiManifest(PLAN));
  expect(Object.keys(record(spec))).not.toEqual(expect.arrayContaining(['architecture']));
  expect(Object.keys(record(spec))).not.toEqual(expect.arrayContaining(['nodeSelector']));
});

test('names the pull secret of the image only if there is one', () => {
  const disk = (pullSecret?: string): unknown => {
    const [volume] = list(record(record(vmiManifest({ ...PLAN, pullSecret }))['spec'])['volumes']);
    return record(volume)['containerDisk'];
  };
  expect(disk('registry')).toEqual({ image: 'example/image:1', imagePullSecret: 'registry' });
  expect(disk()).toEqual({ image: 'example/image:1' });
});

test('switches off the sidecars of Istio and Linkerd', () => {
  expect(vmiManifest(PLAN)).toMatchObject({
    metadata: {
      labels: { 'sidecar.istio.io/inject': 'false' },
      annotations: { 'linkerd.io/inject': 'disabled' },
    },
  });
});
