// SPDX-License-Identifier: Apache-2.0
/** The push to a Pushgateway: what is sent, what is sent again, and a clear warning for every failure. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test as base } from '@playwright/test';
import { createCredentials } from '../../../lab/lab.ts';
import type { CheckupEvent } from '../../../model/events.ts';
import { pushMetrics } from '../../../reporters/push/push-metrics.ts';
import { foldNetworks } from '../../../reporters/record.ts';
import { runResult } from '../../../reporters/run-result.ts';
import { networkFindings, type NetworkFindings } from '../../../reporters/views/json.ts';
import { renderNetworks } from '../../../reporters/views/prometheus.ts';
import { startFakePushgateway } from '../../support/fake-pushgateway.ts';
import { failure, measured, NETWORKS, placed } from './network-events.ts';
import { PARAMETERS } from './run-events.ts';

const SECRET = 'S3cret-of-a-Pushgateway';
const CLAIM: CheckupEvent = {
  type: 'claim',
  state: 'held',
  configMap: {
    namespace: 'ns',
    name: 'config',
    uid: '0f8fad5b-d9cb-469f-a165-70867728950e',
    startTimestamp: '2026-01-02T03:04:05Z',
    runId: '0123456789abcdef',
  },
};

/** Returns the findings of a run that measured one network, failed on the second, and did not reach the others. */
function findings(url: string, networks: readonly (typeof NETWORKS)[number][], claim = CLAIM): NetworkFindings[] {
  const [blue = NETWORKS[0], red] = networks;
  const parameters = { ...PARAMETERS, network: blue, networks: [...networks], metricsPushUrl: url };
  const events: CheckupEvent[] = [claim, { type: 'input', parameters }, placed(blue, 'source', 'a'), measured(blue, 1)];
  if (red !== undefined) events.push(failure(red, 'setup', 'SetupFailed', 'no bridge'));
  const outcome = { passed: false, interruptedBy: undefined, stage: undefined, errors: [] };
  const result = runResult(foldNetworks(events), outcome);
  return networkFindings({ result, completed: new Date('2026-01-02T03:05:05Z'), interruptedBy: undefined }, () => []);
}

interface Tools {
  gateway: (...options: Parameters<typeof startFakePushgateway>) => ReturnType<typeof startFakePushgateway>;
  /** Writes the files of a Secret, and returns the environment that names their directory. */
  secret: (files: Record<string, string>) => { METRICS_PUSH_SECRET_DIRECTORY: string };
}

const test = base.extend<Tools>({
  gateway: async ({}, use) => {
    const started: Awaited<ReturnType<typeof startFakePushgateway>>[] = [];
    await use(async (...options) => {
      const gateway = await startFakePushgateway(...options);
      started.push(gateway);
      return gateway;
    });
    for (const gateway of started) await gateway.stop();
  },
  secret: async ({}, use, testInfo) => {
    await use((files) => {
      const directory = testInfo.outputPath('secret');
      mkdirSync(directory, { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
      return { METRICS_PUSH_SECRET_DIRECTORY: directory };
    });
  },
});

/** Pushes the metrics of one network. */
async function pushOne(url: string, environment: Record<string, string> = {}): Promise<readonly string[]> {
  return await pushMetrics(findings(url, [NETWORKS[0]]), 2, environment);
}

const status = (code: number, body: string, headers: Record<string, string> = {}) => {
  return (response: ServerResponse): void => {
    response.writeHead(code, headers).end(body);
  };
};

test('sends the lines of each network to its group, also those of a failed one', async ({ gateway }) => {
  const { url, requests } = await gateway();
  const networks = findings(`${url}/east`, NETWORKS.slice(0, 2));
  expect(await pushMetrics(networks, 2, {})).toEqual([]);
  expect(requests.map(({ method, path: target, headers }) => [method, target, headers['content-type']])).toEqual([
    ['PUT', '/east/metrics/job/kubevirt_vm_latency/network/ns.blue', 'text/plain; version=0.0.4'],
    ['PUT', '/east/metrics/job/kubevirt_vm_latency/network/ns.red', 'text/plain; version=0.0.4'],
  ]);
  expect(requests.map(({ body }) => body)).toEqual(networks.map((one) => renderNetworks([one])));
  expect(requests[0]?.body).toContain('_success{network_namespace="ns",network_name="blue"} 1\n');
  expect(requests[0]?.body).not.toContain('"red"');
  expect(requests[1]?.body).toContain('_success{network_namespace="ns",network_name="red"} 0\n');
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
});

test('sends nothing without a URL, and nothing if the ConfigMap belongs to another run', async ({ gateway }) => {
  const { url, requests } = await gateway();
  const refused = { ...CLAIM, state: 'refused' } as CheckupEvent;
  expect(await pushMetrics(findings(url, [NETWORKS[0]], refused), 2, {})).toEqual([]);
  expect(await pushMetrics([], 0, {})).toEqual([]);
  expect(requests).toEqual([]);
});

for (const code of [429, 503]) {
  test(`sends again after status ${code}`, async ({ gateway }) => {
    const { url, requests } = await gateway((response, number) => {
      response.writeHead(number < 3 ? code : 202).end();
    });
    expect(await pushOne(url)).toEqual([]);
    expect(requests).toHaveLength(3);
  });
}

test('sends again after a lost connection', async ({ gateway }) => {
  const { url, requests } = await gateway((response, number) => {
    if (number === 1) response.destroy();
    else response.end();
  });
  expect(await pushOne(url)).toEqual([]);
  expect(requests).toHaveLength(2);
});

const REFUSED: readonly (readonly [
  what: string,
  response: ReturnType<typeof status>,
  cause: string,
  requests: number,
])[] = [
  ['a wrong request', status(400, 'invalid metric\nmore'), 'status 400: invalid metric', 1],
  ['a response without a body', status(401, ''), 'status 401', 1],
  ['an error of the server', status(500, 'disk full'), 'status 500: disk full, after 3 attempts', 3],
  [
    'a redirect',
    status(301, 'moved', { location: 'https://admin:pw@other.example:8443/x?token=pw#pw' }),
    'status 301: the redirect to https://other.example:8443/x is not followed',
    1,
  ],
  ['a redirect without a target', status(302, ''), 'status 302: the redirect is not followed', 1],
  [
    'a hostile body',
    status(403, '\n\u001b[2J\u202e<script>\u0007alert(1)</script> //admin:pw@host\rno\n'),
    'status 403: &lt;script>alert(1)&lt;/script> //…@host',
    1,
  ],
];

for (const [what, respond, cause, count] of REFUSED) {
  test(`one warning for ${what}`, async ({ gateway }) => {
    const { url, requests } = await gateway(respond);
    expect(await pushOne(url)).toEqual([`the metrics of ns/blue were not pushed to ${url}: ${cause}`]);
    expect(requests).toHaveLength(count);
  });
}

test('reads only the beginning of an endless body', async ({ gateway }) => {
  const { url } = await gateway((response) => {
    response.writeHead(404);
    const timer = setInterval(() => response.write('x'.repeat(1000)), 1);
    response.on('close', () => {
      clearInterval(timer);
    });
  });
  const [warning = ''] = await pushOne(url);
  expect(warning).toMatch(/: status 404: x{199}…$/);
});

test('a port without a server, and one that does not speak HTTP', async () => {
  const server = createServer((socket) => socket.resume().end('220 smtp.example ESMTP\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await pushOne(url)).toEqual([
    expect.stringMatching(/^the metrics of ns\/blue were not pushed to \S+: the response is not HTTP \(HPE_\w+\)$/),
  ]);
  await new Promise((resolve) => server.close(resolve));
  expect(await pushOne(url)).toEqual([
    `the metrics of ns/blue were not pushed to ${url}: connection refused (ECONNREFUSED), after 3 attempts`,
  ]);
});

test('with a server that does not respond, all networks together wait for 10 s @slow', async ({ gateway }) => {
  const { url, requests } = await gateway(() => undefined);
  const begun = performance.now();
  expect(await pushMetrics(findings(url, NETWORKS), 2, {})).toEqual([
    `the metrics of ns/blue were not pushed to ${url}: no response within 3s, after 3 attempts`,
    `the metrics of 2 networks were not pushed to ${url}: the 10s for pushes have passed`,
  ]);
  expect(performance.now() - begun).toBeLessThan(11_000);
  expect(requests).toHaveLength(3);
});

test('accepts a certificate only of a known CA and for the host', async ({ gateway, secret }) => {
  const [right, wrong] = [await createCredentials(), await createCredentials()];
  const { url, requests } = await gateway(undefined, right);
  const notKnown =
    "the server's certificate is not signed by a CA that the checkup knows (DEPTH_ZERO_SELF_SIGNED_CERT): add its CA to the Secret as ca.crt";
  expect(await pushOne(url)).toEqual([`the metrics of ns/blue were not pushed to ${url}: ${notKnown}`]);
  expect(await pushOne(url, secret({ 'ca.crt': wrong.cert }))).toEqual([
    expect.stringMatching(
      /certificate is not signed by a CA that the checkup knows \(\w+\): add its CA to the Secret as ca\.crt$/,
    ),
  ]);
  expect(requests).toEqual([]);

  const environment = secret({ 'ca.crt': right.cert, token: `${SECRET}\n` });
  expect(await pushOne(url, environment)).toEqual([]);
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${SECRET}`]);
  const otherHost = url.replace('127.0.0.1', '127.0.0.2');
  expect(await pushOne(otherHost, environment)).toEqual([
    expect.stringMatching(/: the server's certificate is for another host name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/),
  ]);
  expect(requests).toHaveLength(1);
});

test('a port with TLS, and a URL that begins with http', async ({ gateway }) => {
  const { url } = await gateway(undefined, await createCredentials());
  expect(await pushOne(url.replace('https:', 'http:'))).toEqual([
    expect.stringMatching(
      /: the connection was closed before a response \(ECONNRESET\), after 3 attempts: perhaps the server expects https$/,
    ),
  ]);
});

test('a port without TLS', async ({ gateway }) => {
  const { url } = await gateway();
  expect(await pushOne(url.replace('http:', 'https:'))).toEqual([
    expect.stringMatching(/: TLS failed: perhaps the server does not accept TLS on this port \(\w+\)$/),
  ]);
});

test('sends user and password, with a warning without TLS', async ({ gateway, secret }) => {
  const { url, requests } = await gateway();
  expect(await pushOne(url, secret({ username: 'admin', password: `${SECRET}:é\n\n` }))).toEqual([
    `the credentials for ${url} are sent without encryption: use a URL that begins with "https://"`,
  ]);
  const [scheme, encoded = ''] = requests[0]?.headers.authorization?.split(' ') ?? [];
  expect([scheme, Buffer.from(encoded, 'base64').toString()]).toEqual(['Basic', `admin:${SECRET}:é\n`]);
});

test('no warning repeats the credentials that a server returns', async ({ gateway, secret }) => {
  const { url } = await gateway(
    status(401, `wrong token ${SECRET.slice(0, 5)}\u200b${SECRET.slice(5)}, Bearer ${SECRET}`),
  );
  const warnings = await pushOne(url, secret({ token: SECRET }));
  expect(warnings).toHaveLength(2);
  expect(warnings[1]).toMatch(/: status 401: wrong token …, Bearer …$/);
});

const WRONG_SECRETS: readonly (readonly [what: string, files: Record<string, string>, cause: RegExp])[] = [
  ['both kinds', { token: SECRET, username: 'a', password: SECRET }, /"\S+\/token" and "\S+\/username": expected one/],
  ['an empty token', { token: '\n' }, /the file "\S+\/token" is empty$/],
  [
    'a token of two lines',
    { token: `${SECRET}\nX: y` },
    /the file "\S+\/token" is no token: expected one line of ASCII$/,
  ],
  ['no password', { username: 'admin' }, /the Secret has "\S+\/username", but no file "password"$/],
  ['no user', { password: SECRET }, /the Secret has "\S+\/password", but no file "username"$/],
  ['a user with a colon', { username: 'a:b', password: SECRET }, /the file "\S+\/username" contains a colon$/],
  ['no certificate', { 'ca.crt': SECRET }, /the file "\S+\/ca\.crt" has no certificate that can be read \(PEM\)$/],
  ['unknown keys', { Token: SECRET }, /the directory "\S+" has no file "token", "username", "password", "ca\.crt"$/],
];

for (const [what, files, cause] of WRONG_SECRETS) {
  test(`sends nothing with a Secret that has ${what}`, async ({ gateway, secret }) => {
    const { url, requests } = await gateway(undefined, await createCredentials());
    const warnings = await pushOne(url, secret(files));
    expect(warnings).toEqual([expect.stringMatching(cause)]);
    expect(warnings[0]).toContain(`the metrics were not pushed to ${url}: `);
    expect(warnings[0]).not.toContain(SECRET);
    expect(requests).toEqual([]);
  });
}

test('sends without credentials if the Secret does not exist: its directory is empty', async ({ gateway, secret }) => {
  const { url, requests } = await gateway();
  expect(await pushOne(url, secret({}))).toEqual([]);
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test('names a file of the Secret that it does not know, and sends the metrics', async ({ gateway, secret }) => {
  const { url, requests } = await gateway(undefined, await createCredentials());
  const plain = await gateway();
  const environment = secret({ token: SECRET, pasword: 'x', '..data': '' });
  const unknown =
    /^the directory "\S+" has the unknown file "pasword": expected "token", "username", "password", "ca\.crt"$/;
  const [encryption, ...others] = await pushOne(plain.url, environment);
  expect(encryption).toContain('are sent without encryption');
  expect(others).toEqual([expect.stringMatching(unknown)]);
  expect(plain.requests).toHaveLength(1);
  for (const name of ['a', 'b', 'c']) secret({ [name]: 'x' });
  expect(await pushOne(url, environment)).toContainEqual(
    expect.stringMatching(/ has unknown files "a", "b", "c" and 1 more: expected /),
  );
  expect(requests).toEqual([]);
});

test('sends nothing if a file or the directory of the Secret cannot be read', async ({ gateway, secret }) => {
  const { url, requests } = await gateway();
  const { METRICS_PUSH_SECRET_DIRECTORY: directory } = secret({ token: SECRET });
  // root can read every file, but no directory as a file.
  mkdirSync(path.join(directory, 'ca.crt'));
  expect(await pushOne(url, secret({}))).toEqual([
    `the metrics were not pushed to ${url}: the file "${directory}/ca.crt" cannot be read: EISDIR`,
  ]);
  expect(await pushOne(url, { METRICS_PUSH_SECRET_DIRECTORY: `${directory}/none` })).toEqual([
    `the metrics were not pushed to ${url}: the directory "${directory}/none" cannot be read: ENOENT`,
  ]);
  expect(requests).toEqual([]);
});
