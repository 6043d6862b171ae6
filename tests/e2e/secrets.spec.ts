// SPDX-License-Identifier: Apache-2.0
/** Credentials are in no output and no artifact, whatever fails. SIMULATED guests. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, type TestInfo } from '@playwright/test';
import { parse, stringify } from 'yaml';
import { createCredentials, type Lab } from '../../lab/lab.ts';
import { textAt, type JsonObject } from '../../lab/objects.ts';
import { configMapData, vmisCreated } from '../support/cluster-facts.ts';
import type { Checkup } from '../support/checkup-process.ts';
import { test } from '../support/lab-test.ts';
import { CHECKUP_ACCOUNT, checkupPermissions, checkupRbac, checkupRbacWithout } from '../support/permissions.ts';
import { filesBelow, findLeaks } from '../support/leak-scan.ts';

/** A unique text. */
const secret = (): string => randomBytes(15).toString('hex');
const PASSWORD = secret();
const PLUGIN_SECRET = secret();
const PLUGIN_TOKEN = secret();

const VMIS = 'virtualmachineinstances';

interface Kubeconfig {
  clusters: [{ cluster: JsonObject }];
  users: [{ user: JsonObject }];
}

function kubeconfigOf(lab: Lab): Kubeconfig & { token: string; authority: string } {
  const config = parse(readFileSync(lab.kubeconfigOf('latency', CHECKUP_ACCOUNT), 'utf8')) as Kubeconfig;
  const token = textAt(config.users[0].user, 'token') ?? '';
  return { ...config, token, authority: textAt(config.clusters[0].cluster, 'certificate-authority-data') ?? '' };
}

/** Writes a kubeconfig and returns the environment that refers to it. */
function written(testInfo: TestInfo, config: Kubeconfig | string): { env: Record<string, string> } {
  const file = testInfo.outputPath('kubeconfig');
  writeFileSync(
    file,
    typeof config === 'string' ? config : stringify({ ...config, token: undefined, authority: undefined }),
  );
  return { env: { KUBECONFIG: file } };
}

/** @param secrets besides the authority's certificate, which every kubeconfig here holds. */
async function expectNoLeak(
  testInfo: TestInfo,
  lab: Lab,
  run: Checkup,
  secrets: Record<string, string>,
): Promise<void> {
  const { output } = await run.ended;
  const pieces = [
    { place: 'the output', text: output },
    { place: 'the ConfigMap', text: Object.values(configMapData(lab)).join('\n') },
    ...filesBelow(testInfo.outputPath('artifacts-0')),
  ];
  expect(pieces.some(({ place }) => place.includes('index.html › report.json'))).toBe(true);
  expect(pieces.some(({ place }) => place.endsWith('-result.json'))).toBe(true);
  expect(findLeaks(pieces, secrets)).toEqual([]);
}

function secretsOf({ token, authority }: { token: string; authority: string }): Record<string, string> {
  const pem = Buffer.from(authority, 'base64').toString('utf8');
  const line = pem.split('\n')[1];
  return { token, authority, ...(line === undefined ? {} : { 'first line of the authority': line }) };
}

test('the scan finds plain, encoded and partial secrets', { tag: '@slow' }, () => {
  const hidden = 'abcdefghijklmnopq';
  const hide = (text: string) => Buffer.from(text).toString('base64');
  const texts = [hidden, ...['', 'x', 'xy'].map((before) => hide(`${before}${hidden} and more`))];
  for (const text of texts) expect(findLeaks([{ place: 'here', text }], { it: hidden })).toEqual(['it in here']);
  expect(findLeaks([{ place: 'here', text: 'cdefghij' }], { it: hidden })).toEqual(['it in here']);
  expect(findLeaks([{ place: 'here', text: 'abcdefg' }], { it: hidden })).toEqual([]);
});

/** Each ends another stage. tests/e2e/job.spec.ts has the reasons of all. */
const REFUSED = checkupPermissions().filter(({ resource, verb }) =>
  ['configmaps update', 'virtualmachineinstances create', 'virtualmachineinstances/console get'].includes(
    `${resource} ${verb}`,
  ),
);

test('three permissions are refused', { tag: '@slow' }, () => {
  expect(REFUSED).toHaveLength(3);
});

for (const { resource, verb } of REFUSED) {
  test(`403: ${resource} [${verb}]`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ objects: checkupRbacWithout({ resource, verb }) });
    const config = kubeconfigOf(lab);
    const run = checkup(lab, written(testInfo, config));
    await expectNoLeak(testInfo, lab, run, secretsOf(config));
    expect((await run.ended).status).toBe(1);
  });
}

const FAULTS: {
  title: string;
  spoil?: (lab: Lab) => void;
  change?: (config: Kubeconfig, lab: Lab) => Promise<void> | void;
}[] = [
  {
    title: 'the server never creates',
    spoil: (lab) => {
      lab.inject({ verb: 'create', resource: VMIS, times: 1000, effect: { status: 500 } });
    },
  },
  {
    title: 'every connection is reset',
    spoil: (lab) => {
      lab.inject({ times: 1000, effect: 'reset before' });
    },
  },
  {
    title: 'another authority',
    change: async ({ clusters: [{ cluster }] }) => {
      cluster['certificate-authority-data'] = Buffer.from((await createCredentials()).cert).toString('base64');
    },
  },
  {
    title: 'an authority that is none',
    change: ({ clusters: [{ cluster }] }) => {
      cluster['certificate-authority-data'] = Buffer.from(secret()).toString('base64');
    },
  },
  {
    title: '401: the account is gone',
    spoil: (lab) => {
      lab.deleteObject('serviceaccounts', 'latency', CHECKUP_ACCOUNT);
    },
  },
  {
    title: 'a token of two lines',
    change: ({ users: [{ user }] }) => {
      user['token'] = `${secret()}\n${secret()}`;
    },
  },
  {
    title: 'a token no header can hold',
    change: ({ users: [{ user }] }) => {
      user['token'] = `${secret()}☃${secret()}`;
    },
  },
];

for (const { title, spoil, change } of FAULTS) {
  test(title, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ objects: checkupRbac() });
    const config = kubeconfigOf(lab);
    await change?.(config, lab);
    spoil?.(lab);
    const token = textAt(config.users[0].user, 'token') ?? '';
    const authority = textAt(config.clusters[0].cluster, 'certificate-authority-data') ?? '';
    const run = checkup(lab, written(testInfo, config));
    const lines = Object.fromEntries(token.split('\n').map((line, index) => [`line ${index} of the token`, line]));
    await expectNoLeak(testInfo, lab, run, { ...secretsOf({ token, authority }), ...lines });
    expect((await run.ended).status).toBe(1);
  });
}

test('SIGTERM during setup', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: checkupRbac(), startupDelayMs: 60_000 });
  const config = kubeconfigOf(lab);
  const run = checkup(lab, written(testInfo, config));
  await expect.poll(() => vmisCreated(lab), { timeout: 30_000 }).toBe(2);
  run.signal('SIGTERM');
  await expectNoLeak(testInfo, lab, run, secretsOf(config));
  expect((await run.ended).status).toBe(130);
});

test('debug output of Node, which holds headers and keys', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: checkupRbac() });
  const config = kubeconfigOf(lab);
  const { env } = written(testInfo, config);
  const run = checkup(lab, {
    env: { ...env, NODE_DEBUG: 'http,https,net,tls,stream_*,fetch,undici', NODE_DEBUG_NATIVE: '*' },
  });
  await expectNoLeak(testInfo, lab, run, secretsOf(config));
  const { status, output } = await run.ended;
  expect(status).toBe(0);
  expect(output).toMatch(/^warning: NODE_DEBUG, NODE_DEBUG_NATIVE is ignored: /m);
  expect(output).not.toMatch(/^(HTTPS?|NET|TLS|STREAM\w*) /m);
});

interface OtherWay {
  title: string;
  user: (token: string) => Promise<JsonObject> | JsonObject;
  secrets: (user: JsonObject) => Record<string, string>;
  status: number;
}

const plugin = (script: string): JsonObject => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1',
    interactiveMode: 'Never',
    command: 'sh',
    args: ['-c', script],
    env: [{ name: 'PLUGIN_SECRET', value: PLUGIN_SECRET }],
  },
});

const OTHER_WAYS: OtherWay[] = [
  {
    title: 'a password',
    user: () => ({ username: 'somebody', password: PASSWORD }),
    secrets: () => ({ password: PASSWORD }),
    status: 1,
  },
  {
    title: 'a client certificate',
    user: async () => {
      const { key, cert } = await createCredentials();
      return {
        'client-certificate-data': Buffer.from(cert).toString('base64'),
        'client-key-data': Buffer.from(key).toString('base64'),
      };
    },
    secrets: (user) => ({
      key: textAt(user, 'client-key-data') ?? '',
      'first line of the key':
        Buffer.from(textAt(user, 'client-key-data') ?? '', 'base64')
          .toString('utf8')
          .split('\n')[1] ?? '',
    }),
    status: 1,
  },
  {
    title: 'a client key that is none',
    user: async () => ({
      'client-certificate-data': Buffer.from((await createCredentials()).cert).toString('base64'),
      'client-key-data': Buffer.from(secret()).toString('base64'),
    }),
    secrets: (user) => ({
      key: textAt(user, 'client-key-data') ?? '',
      text: Buffer.from(textAt(user, 'client-key-data') ?? '', 'base64').toString(),
    }),
    status: 1,
  },
  {
    title: 'a plugin that gives a token',
    user: (token) =>
      plugin(
        `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}"}}'`,
      ),
    secrets: () => ({ environment: PLUGIN_SECRET }),
    status: 0,
  },
  {
    title: 'a plugin that gives something else',
    user: () => plugin(`echo ${PLUGIN_TOKEN}`),
    secrets: () => ({ environment: PLUGIN_SECRET, token: PLUGIN_TOKEN }),
    status: 1,
  },
  {
    title: 'a plugin that fails',
    user: () => plugin('echo "cannot log in" >&2; exit 3'),
    secrets: () => ({ environment: PLUGIN_SECRET }),
    status: 1,
  },
];

for (const { title, user, secrets, status } of OTHER_WAYS) {
  test(`let in by ${title}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab({ objects: checkupRbac() });
    const config = kubeconfigOf(lab);
    config.users[0].user = await user(config.token);
    const run = checkup(lab, written(testInfo, config));
    await expectNoLeak(testInfo, lab, run, { ...secretsOf(config), ...secrets(config.users[0].user) });
    expect((await run.ended).status).toBe(status);
  });
}

test('a password in the address', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: checkupRbac() });
  const config = kubeconfigOf(lab);
  config.clusters[0].cluster['server'] = lab.url.replace('https://', `https://somebody:${PASSWORD}@`);
  const run = checkup(lab, written(testInfo, config));
  await expectNoLeak(testInfo, lab, run, { ...secretsOf(config), password: PASSWORD });
});

test('a kubeconfig that is not YAML', { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab({ objects: checkupRbac() });
  const config = kubeconfigOf(lab);
  const text = stringify({ ...config, token: undefined, authority: undefined });
  const run = checkup(lab, written(testInfo, text.replace(/( *)token: /, '$1 "un": closed\n$1token: ')));
  await expectNoLeak(testInfo, lab, run, secretsOf(config));
  expect((await run.ended).status).toBe(1);
});
