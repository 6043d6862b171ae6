// SPDX-License-Identifier: Apache-2.0
/** Compares kubeconfigs in stock kubectl and in the checkup: both connect to the same cluster as the same user. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { AuthenticationV1Api, V1SelfSubjectReview } from '@kubernetes/client-node';
import { expect } from '@playwright/test';
import { parse, stringify } from 'yaml';
import { Connection } from '../../fixtures/cluster/connection.ts';
import type { Lab } from '../../lab/lab.ts';
import { decodeJson, objectAt, objectsAt, textAt, type Json } from '../../lab/objects.ts';
import { ensureKubectl } from '../../scripts/kubectl.ts';
import { kubeconfigRows, type Row, type Site } from '../support/kubeconfig-table.ts';
import { kubectlOf } from '../support/kubectl.ts';
import { writeServiceAccount } from '../support/container-root.ts';
import { configMapData } from '../support/cluster-facts.ts';
import { test } from '../support/lab-test.ts';

interface Reached {
  server: string;
  namespace: string;
  user: Json;
  proxied: boolean;
}

/** Undefined if it failed. */
type Outcome = Reached | undefined;

/** A proxy that resolves one name and counts its connections. */
async function startProxy(lab: Lab): Promise<{ url: string; used: () => number; server: Server }> {
  let used = 0;
  const server = createServer();
  server.on('connect', (_request, client) => {
    used += 1;
    const { hostname, port } = new URL(lab.url);
    const remote = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      remote.pipe(client).pipe(remote);
    });
    remote.on('error', () => client.destroy());
    client.on('error', () => remote.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, used: () => used, server };
}

async function startKubectlProxy(kubeconfig: string, prefix: string): Promise<{ url: string; stop: () => void }> {
  const args = ['proxy', '--port=0', `--api-prefix=${prefix}`];
  const child = spawn(await ensureKubectl(), args, { env: { ...process.env, KUBECONFIG: kubeconfig } });
  const [line] = (await once(child.stdout, 'data', { signal: AbortSignal.timeout(10_000) })) as [Buffer];
  const [, address = ''] = /on (\S+)/.exec(line.toString()) ?? [];
  return { url: `http://${address}${prefix.replace(/\/$/, '')}`, stop: () => child.kill() };
}

function tokenOf(kubeconfig: string): string {
  return textAt(objectsAt(parse(readFileSync(kubeconfig, 'utf8')) as Json, 'users')[0], 'user', 'token') ?? '';
}

function environmentOf(directory: string, { files, env = {} }: Row): Record<string, string> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (String(text).startsWith('#!')) chmodSync(file, 0o755);
  }
  mkdirSync(directory, { recursive: true });
  const { KUBECONFIG = 'config' } = env;
  const inDirectory = (name: string) => (name === '' ? '' : path.join(directory, name));
  return { ...env, HOME: directory, KUBECONFIG: KUBECONFIG.split(':').map(inDirectory).join(':') };
}

/** Returns what kubectl reaches, from its output and its log of requests. */
async function byKubectl(program: string, env: Record<string, string>): Promise<Omit<Reached, 'proxied'> | undefined> {
  const kubectl = kubectlOf(program, env);
  const [who, where] = await Promise.all([
    kubectl.run('auth', 'whoami', '-o', 'json'),
    kubectl.run('get', '--request-timeout=5s', '-v=6', 'configmaps', 'none'),
  ]);
  const [, server = '', namespace = ''] =
    /GET (\S+)\/api\/v1\/namespaces\/([^/]+)\/configmaps/.exec(where.stderr) ?? [];
  if (who.status !== 0 || server === '') return undefined;
  return { server, namespace, user: objectAt(decodeJson(who.stdout), 'status', 'userInfo') ?? null };
}

async function byCheckup(env: Record<string, string>): Promise<Omit<Reached, 'proxied'> | string> {
  try {
    const connection = new Connection(env);
    const api = connection.config.makeApiClient(AuthenticationV1Api);
    const { status } = await api.createSelfSubjectReview({ body: new V1SelfSubjectReview() });
    const user = JSON.parse(JSON.stringify(status?.userInfo)) as Json;
    return { server: connection.server, namespace: connection.namespace, user };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns a table cell: the user, its groups, the namespace. */
function render(outcome: Outcome): string {
  if (outcome === undefined) return 'fails';
  const { namespace, user, proxied } = outcome;
  const groups = objectAt(user)?.['groups'];
  const own = (Array.isArray(groups) ? groups : []).flatMap((group) =>
    typeof group === 'string' && !group.startsWith('system:') ? [group] : [],
  );
  const name = textAt(user, 'username')?.replace('system:serviceaccount:latency:', '') ?? '';
  return `${name}${own.length > 0 ? ` [${own.join('; ')}]` : ''} in ${namespace}${proxied ? ', by proxy' : ''}`;
}

test('kubectl and the checkup agree on every kubeconfig', { tag: '@slow' }, async ({ newLab }, testInfo) => {
  const account = (name: string) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'latency' },
  });
  const lab = await newLab({ objects: [account('one'), account('two')] });
  const proxy = await startProxy(lab);
  const plain = await startKubectlProxy(lab.kubeconfig, '/');
  const below = await startKubectlProxy(lab.kubeconfigOf('latency', 'two'), '/k8s/clusters/c-1/');
  const { port } = new URL(lab.url);
  const config = parse(readFileSync(lab.kubeconfig, 'utf8')) as Json;
  const site: Site = {
    server: lab.url,
    authority: textAt(objectsAt(config, 'clusters')[0], 'cluster', 'certificate-authority-data') ?? '',
    one: tokenOf(lab.kubeconfigOf('latency', 'one')),
    two: tokenOf(lab.kubeconfigOf('latency', 'two')),
    certificate: await lab.clientCertificate('alice', ['system:masters', 'staff']),
    plain: plain.url,
    below: below.url,
    remote: `https://lab.example:${port}`,
    proxy: proxy.url,
  };
  const program = await ensureKubectl();
  const lines: string[] = [];
  const differences: string[] = [];
  try {
    for (const [index, row] of kubeconfigRows(site).entries()) {
      const directory = testInfo.outputPath(`row-${index}`);
      const env = environmentOf(directory, row);
      const before = proxy.used();
      const theirs = await byKubectl(program, env);
      const between = proxy.used();
      const ours = await byCheckup(env);
      const after = proxy.used();
      const expected = theirs && { ...theirs, proxied: between > before };
      const seen = typeof ours === 'string' ? undefined : { ...ours, proxied: after > between };
      const why = typeof ours === 'string' ? (ours.split('\n')[0] ?? '').replaceAll(`${directory}/`, '') : '';
      const line = `${row.title.padEnd(42)} ${render(expected).padEnd(40)} ${render(seen)} ${why}`.trimEnd();
      lines.push(line);
      if (JSON.stringify(sorted(expected)) !== JSON.stringify(sorted(seen))) differences.push(line);
    }
  } finally {
    proxy.server.close();
    plain.stop();
    below.stop();
  }
  const head = `${'kubeconfig'.padEnd(42)} ${'kubectl'.padEnd(40)} checkup`;
  console.log([head, ...lines].join('\n'));
  expect(differences).toEqual([]);
  expect(lines.filter((line) => !line.includes(' fails'))).not.toHaveLength(0);
});

/** The order of a user's fields differs between both. */
function sorted(outcome: Outcome): unknown {
  if (outcome === undefined) return undefined;
  const user = objectAt(outcome.user) ?? {};
  return { ...outcome, user: Object.fromEntries(Object.entries(user).sort(([a], [b]) => a.localeCompare(b))) };
}

type Kubeconfig = {
  clusters: [{ cluster: Record<string, unknown> }];
  contexts: [{ context: Record<string, unknown> }];
};

/** The administrator's kubeconfig with changes to its cluster and context. */
function changed(lab: Lab, file: string, cluster: object, context: object = {}): string {
  const config = parse(readFileSync(lab.kubeconfig, 'utf8')) as Kubeconfig;
  Object.assign(config.clusters[0].cluster, cluster);
  Object.assign(config.contexts[0].context, context);
  writeFileSync(file, stringify(config), { mode: 0o600 });
  return file;
}

test(
  'a run behind HTTPS_PROXY uses it for requests, watches and consoles',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const proxy = await startProxy(lab);
    // Only the proxy resolves this name.
    const cluster = { server: `https://lab.example:${new URL(lab.url).port}`, 'tls-server-name': 'localhost' };
    const env = { KUBECONFIG: changed(lab, testInfo.outputPath('config'), cluster), HTTPS_PROXY: proxy.url };
    const { status, output } = await checkup(lab, { env }).ended;
    proxy.server.close();
    expect(status, output).toBe(0);
    expect(configMapData(lab)['status.succeeded']).toBe('true');
    expect(lab.requests.map(({ verb }) => verb)).toContain('watch');
  },
);

test(
  'a run through kubectl proxy over http with a path prefix succeeds',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const proxy = await startKubectlProxy(lab.kubeconfig, '/k8s/clusters/c-1/');
    const env = { KUBECONFIG: changed(lab, testInfo.outputPath('config'), { server: proxy.url }) };
    const { status, output } = await checkup(lab, { env }).ended;
    proxy.stop();
    expect(status, output).toBe(0);
    expect(configMapData(lab)['status.succeeded']).toBe('true');
  },
);

for (const [title, context, namespace] of [
  ["the kubeconfig's namespace, where it has one", { namespace: 'latency' }, 'latency'],
  ["the pod's, where the kubeconfig has none", { namespace: undefined }, 'default'],
] as const) {
  test(
    `in a pod with its own kubeconfig, VMs start in ${title}`,
    { tag: '@slow' },
    async ({ newLab, checkup }, testInfo) => {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'pod', namespace: 'default' } };
      const lab = await newLab({ objects: [account] });
      const files = testInfo.outputPath('serviceaccount');
      writeServiceAccount(lab.kubeconfigOf('default', 'pod'), files);
      writeFileSync(path.join(files, 'namespace'), 'default');
      const directory = '/run/secrets/kubernetes.io/serviceaccount';
      const mounts = `mount -t tmpfs tmpfs /run; mkdir -p ${directory}; cp ${files}/* ${directory}/`;
      const { hostname, port } = new URL(lab.url);
      const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, POD_NAMESPACE: undefined };
      const config = changed(lab, testInfo.outputPath('config'), {}, context);
      const { status, output } = await checkup(lab, { mounts, env: { ...env, KUBECONFIG: config } }).ended;
      expect(status, output).toBe(0);
      const created = lab.requests.filter(({ verb, code }) => verb === 'create' && code === 201);
      expect(created.map(({ path: at }) => at)).toEqual(
        Array(2).fill(expect.stringContaining(`/namespaces/${namespace}/virtualmachineinstances`)),
      );
    },
  );
}
