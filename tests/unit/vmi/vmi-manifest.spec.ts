import { expect, test } from '@playwright/test';
import { randomAddresses } from '../../../fixtures/vmi/addresses.ts';
import { vmiManifest } from '../../../fixtures/vmi/vmi-manifest.ts';

const PLAN = {
  vmi: { namespace: 'ns', name: 'latency-check-source-abcde' },
  configMapUid: 'u-1',
  owner: { name: 'pod', uid: 'p-1' },
  placement: { own: undefined, other: undefined },
  network: { namespace: 'nets', name: 'blue', binding: 'bridge' as const },
  address: { mac: '02:00:00:00:00:01', address: '198.18.0.1', prefixLength: 29 },
  image: 'example/image:1',
};

test('name, label, owner, network, binding, image and cloud-init are filled in', () => {
  expect(vmiManifest(PLAN)).toMatchObject({
    metadata: {
      name: 'latency-check-source-abcde',
      namespace: 'ns',
      labels: { 'latency-check/uid': 'u-1' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'pod', uid: 'p-1' }],
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      domain: { devices: { interfaces: [{ name: 'net0', macAddress: '02:00:00:00:00:01', bridge: {} }] } },
      networks: [{ name: 'net0', multus: { networkName: 'nets/blue' } }],
      volumes: [
        { name: 'containerdisk', containerDisk: { image: 'example/image:1' } },
        { name: 'cloudinit', cloudInitNoCloud: { networkData: expect.stringContaining('198.18.0.1/29') } },
      ],
    },
  });
});

test('anti-affinity only when neither node is named', () => {
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
  expect(affinity('n1')).toMatchObject(nodeRule('In'));
  expect(affinity(undefined, 'n1')).toMatchObject(nodeRule('NotIn'));
  expect(affinity(undefined, 'n1')).not.toHaveProperty('spec.affinity.podAntiAffinity');
});

test('addresses come from 198.18.0.0/15, MACs are locally administered, both differ', () => {
  for (let run = 0; run < 200; run += 1) {
    const { source, target } = randomAddresses();
    expect(source.address).toMatch(/^198\.1[89]\.\d+\.\d+$/);
    expect(source.address).not.toBe(target.address);
    expect(source.mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    expect(source.mac).not.toBe(target.mac);
  }
});
