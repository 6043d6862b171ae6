// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run kind:e2e` without containers: kind, docker, go and kubectl are FAKES that record, and the cluster is a lab
 * with SIMULATED guests. The checkups and what is asserted of them are the real ones.
 */
import { existsSync, readdirSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { VERSIONS } from '../../scripts/kind/versions.ts';
import { vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { test as base } from '../support/lab-test.ts';
import { markBridges, startEndToEnd, type EndToEnd, type EndToEndOptions } from '../fakes/kind-e2e.ts';

interface Tools {
  /** Starts the script against a lab; it is killed after the test if it still runs. */
  endToEnd: (lab: Lab, options?: EndToEndOptions) => Promise<EndToEnd>;
}

const test = base.extend<Tools>({
  endToEnd: async ({}, use, testInfo) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (lab, options) => {
      const started = await startEndToEnd(lab, testInfo, options);
      const unmark = markBridges(lab, started.recordedCommands);
      ends.push(async () => {
        unmark();
        await started.run.kill();
        await testInfo.attach('kind-e2e.log', { body: started.run.output() });
      });
      return started;
    });
    for (const end of ends) await end();
  },
});

test.describe.configure({ timeout: 180_000 });

const REMOVAL = 'kind delete cluster --name vm-latency-e2e';
const KUBEVIRT = 'https://github.com/kubevirt/kubevirt/releases/download/v1.9.0';
const ADDONS = 'https://github.com/kubevirt/cluster-network-addons-operator/releases/download/v0.103.0';
const bridge = (node: string, remote: string) => [
  `docker exec ${node} ip link add br10 type bridge`,
  `docker exec ${node} ip link add vx10 type vxlan id 10 dev eth0 dstport 4789 remote ${remote}`,
  `docker exec ${node} ip link set vx10 mtu 1450 master br10 up`,
  `docker exec ${node} ip link set br10 up`,
];

const lines = ({ recordedCommands }: EndToEnd): string[] => recordedCommands().map(({ line }) => line);

test(
  'creates a cluster, runs two checkups as Jobs and one from the checkout, and deletes the cluster',
  { tag: '@kind' },
  async ({ newLab, endToEnd }, testInfo) => {
    const lab = await newLab({ softwareEmulation: true });
    const started = await endToEnd(lab);
    const { status, output, lastLine } = await started.run.ended;
    expect(status, output).toBe(0);
    expect(lastLine).toBe('All checkups on the kind cluster passed.');

    const all = lines(started);
    const steps = all.filter(
      (line) => /^(kind|docker)|releases\/download| apply -f -$/.test(line) && !line.includes('-n latency'),
    );
    expect(steps.map((line) => line.replaceAll(testInfo.outputDir, '').replaceAll(/\/kind-e2e-\w+/g, '/RUN'))).toEqual([
      'kind version',
      'kind get clusters',
      `kind create cluster --name vm-latency-e2e --image ${VERSIONS.node} --config /RUN/cluster.yaml --kubeconfig /RUN/kubeconfig --wait 5m`,
      'docker cp vm-latency-e2e-control-plane:/usr/bin/kubectl /RUN/kubectl',
      'docker exec vm-latency-e2e-control-plane ls /dev',
      `kubectl create -f ${KUBEVIRT}/kubevirt-operator.yaml`,
      ...['namespace', 'network-addons-config.crd', 'operator'].map(
        (file) => `kubectl create -f ${ADDONS}/${file}.yaml`,
      ),
      'kubectl apply -f -',
      'kubectl apply -f -',
      ...['docker inspect', 'docker inspect'].map(
        (inspect, index) => `${inspect} --format {{.NetworkSettings.Networks.kind.IPAddress}} node-${index + 1}`,
      ),
      ...bridge('node-1', '172.18.0.2'),
      ...bridge('node-2', '172.18.0.1'),
      'kubectl apply -f -',
      expect.stringMatching(
        /^docker build --load --platform linux\/\w+ --provenance=false --tag kubevirt-vm-latency:e2e \//,
      ),
      'docker save --output /RUN/image.tar kubevirt-vm-latency:e2e',
      'kind load image-archive /RUN/image.tar --name vm-latency-e2e',
      'kubectl apply -f -',
      'kubectl apply -f -',
      'kubectl apply -f -',
      REMOVAL,
    ]);
    expect(kubevirtOf(started)).toContain('useEmulation: true');
    expect(VERSIONS.node).toMatch(/^kindest\/node:v1\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
    expect(output).toMatch(/network addons: Available=False.*DaemonSet "multus" is not available/);

    // A stock kubectl sent all commands about the checkup to the cluster.
    const passed = started.recordedCommands().filter(({ forwarded, line }) => forwarded && line.endsWith('apply -f -'));
    expect(passed.map(({ input }) => [...input.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind))).toEqual([
      ['Namespace', 'NetworkAttachmentDefinition'],
      ...[1, 2].map(() => expect.arrayContaining(['ServiceAccount', 'ConfigMap', 'Job'])),
      ['ConfigMap'],
    ]);
    expect(
      lab.requests.filter(({ verb, path, code }) => verb === 'create' && path.endsWith('/jobs') && code === 201),
    ).toHaveLength(2);
    expect(output).toMatch(/3 passed/);
    expect(vmisCreated(lab)).toBe(6);
    expect(vmisLeft(lab)).toEqual([]);
    expect(lab.list('jobs')).toEqual([]);
    expect(existsSync(`${started.artifacts}/kind-e2e/report/index.html`)).toBe(true);
    expect(existsSync(`${started.artifacts}/kind-e2e/checkup/html-report/index.html`)).toBe(true);
    expect(runsLeft(testInfo.outputDir)).toEqual([]);
  },
);

/** Returns the applied KubeVirt object. */
function kubevirtOf({ recordedCommands }: EndToEnd): string {
  return recordedCommands().find(({ input }) => input.includes('kind: KubeVirt\n'))?.input ?? '';
}

/** Returns the temporary directories of the script. */
function runsLeft(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.startsWith('kind-e2e-'));
}

test(
  'fails when a checkup has an unexpected result, and deletes the cluster',
  { tag: '@kind' },
  async ({ newLab, endToEnd }) => {
    const lab = await newLab({ impairment: { lossPercent: 40, seed: 3 } });
    const started = await endToEnd(lab);
    const { status, output } = await started.run.ended;
    expect(status).toBe(1);
    expect(output).toMatch(/-.*"status\.result\.packetsReceived": "10"/);
    expect(output).toMatch(/1 failed/);
    expect(lines(started).slice(-2)).toEqual([
      expect.stringMatching(/^kind export logs --name vm-latency-e2e /),
      REMOVAL,
    ]);
    expect(readdirSync(`${started.artifacts}/kind-e2e`)).toEqual(
      expect.arrayContaining(['events.txt', 'nodes.yaml', 'vmis.yaml']),
    );
  },
);

test(
  'uses KVM where the nodes have it, fails with the error of a failed step, and deletes the cluster',
  { tag: '@kind' },
  async ({ newLab, endToEnd }) => {
    const env = { FAKE_FAILS: 'docker build', FAKE_DEVICES: 'kvm\nnull\nvhost-net' };
    const started = await endToEnd(await newLab(), { env });
    const { status, lastLine } = await started.run.ended;
    expect(status).toBe(1);
    expect(kubevirtOf(started)).toContain('useEmulation: false');
    expect(lastLine).toMatch(/^docker build .* ended with 1/);
    expect(lines(started).at(-1)).toBe(REMOVAL);
  },
);

test(
  'retains the cluster with --keep, and prints how to remove it',
  { tag: '@kind' },
  async ({ newLab, endToEnd }, testInfo) => {
    const started = await endToEnd(await newLab(), { args: ['--keep'], env: { FAKE_FAILS: 'docker cp' } });
    const { status, output, lastLine } = await started.run.ended;
    expect(status).toBe(1);
    expect(lastLine).toBe(`Remove it with: ${REMOVAL}`);
    const kubeconfig = /export KUBECONFIG=(\S+)/.exec(output)?.[1] ?? '';
    expect(existsSync(kubeconfig)).toBe(true);
    expect(lines(started)).not.toContain(REMOVAL);
    expect(runsLeft(testInfo.outputDir)).toHaveLength(1);
  },
);

for (const [signal, moment] of [
  ['SIGINT', 'kind create cluster'],
  ['SIGTERM', 'kind load image-archive'],
] as const) {
  test(`${signal} during "${moment}" removes the cluster`, { tag: '@kind' }, async ({ newLab, endToEnd }, testInfo) => {
    const started = await endToEnd(await newLab(), { env: { FAKE_HANGS: moment } });
    await expect.poll(() => lines(started).at(-1) ?? '', { timeout: 90_000 }).toContain(moment);
    started.run.signal(signal, 'group');
    started.run.signal(signal);
    const { status, lastLine } = await started.run.ended;
    expect(status).toBe(130);
    expect(lastLine).toBe(`interrupted by ${signal}`);
    expect(lines(started).at(-1)).toBe(REMOVAL);
    expect(lines(started).filter((line) => line === REMOVAL)).toHaveLength(1);
    expect(runsLeft(testInfo.outputDir)).toEqual([]);
  });
}

test('installs kind when that is requested', { tag: '@kind' }, async ({ newLab, endToEnd }) => {
  const env = { FAKE_FAILS: 'kind create' };
  const started = await endToEnd(await newLab(), { args: ['--install-kind'], env });
  expect((await started.run.ended).lastLine).toMatch(/^\/\S+\/kind create cluster .* ended with 1$/);
  const create = expect.stringMatching(/^kind create cluster /) as unknown;
  expect(lines(started).slice(0, 4)).toEqual([
    `go install sigs.k8s.io/kind@${VERSIONS.kind}`,
    'kind version',
    'kind get clusters',
    create,
  ]);
  expect(lines(started).at(-1)).toBe(REMOVAL);
});

test(
  'creates and deletes nothing with another version of kind or when the cluster exists',
  { tag: '@kind' },
  async ({ newLab, endToEnd }) => {
    const lab = await newLab();
    const other = await endToEnd(lab, { env: { FAKE_KIND: 'v0.31.0' } });
    expect(await other.run.ended).toMatchObject({
      status: 1,
      lastLine: `kind ${VERSIONS.kind} is needed, for its node image; found v0.31.0. Install it with: go install sigs.k8s.io/kind@${VERSIONS.kind}`,
    });
    expect(lines(other)).toEqual(['kind version']);
    const taken = await endToEnd(lab, { env: { FAKE_CLUSTERS: 'mine\nvm-latency-e2e' } });
    expect(await taken.run.ended).toMatchObject({
      status: 1,
      lastLine: `there is a kind cluster "vm-latency-e2e" already. Remove it with: ${REMOVAL}`,
    });
    expect(lines(taken)).toEqual(['kind version', 'kind get clusters']);
  },
);
