// SPDX-License-Identifier: Apache-2.0
/** The serial console: access, data, and the end of a session. */
import { expect } from '@playwright/test';
import { VMIS, matching, refused, type Answer } from './bodies.ts';
import { meets } from './case.ts';
import { ConsoleSession } from './console-session.ts';
import { start, test } from './running-vmi.ts';
import { Scene, type Request } from './scene.ts';
import { lonelyVmi } from './vmis.ts';

test.describe.configure({ timeout: 300_000 });
test.beforeEach(({ requires }) => {
  requires('kubevirt');
});

const consolePath = (version = 'v1') =>
  `/apis/subresources.kubevirt.io/${version}/namespaces/{ns}/virtualmachineinstances/{name}/console`;
const PROTOCOL = 'sec-websocket-protocol';
const PLAIN = { [PROTOCOL]: 'plain.kubevirt.io' };
const BEARER = 'base64url.bearer.authorization.k8s.io';

const HANDSHAKES: { title: string; request: Request; answer: Answer; echoed?: string }[] = [
  {
    title: '144 the handshake: 101 that echoes the subprotocol',
    request: { path: consolePath(), headers: PLAIN },
    answer: { status: 101, headers: { upgrade: 'websocket', connection: 'Upgrade' } },
    echoed: 'plain.kubevirt.io',
  },
  {
    title: '145 the handshake without a subprotocol: 101',
    request: { path: consolePath() },
    answer: { status: 101 },
  },
  {
    title: '146 the handshake with an unknown subprotocol: 101 without an echo',
    request: { path: consolePath(), headers: { [PROTOCOL]: 'v4.channel.k8s.io' } },
    answer: { status: 101 },
  },
  {
    title: '150 the handshake on the older path: 101',
    request: { path: consolePath('v1alpha3'), headers: PLAIN },
    answer: { status: 101 },
    echoed: 'plain.kubevirt.io',
  },
  {
    title: '144 the handshake with the checkup role: 101',
    request: { path: consolePath(), headers: PLAIN, as: 'checkup' },
    answer: { status: 101 },
    echoed: 'plain.kubevirt.io',
  },
  {
    title: '141 the handshake without the right: 403',
    request: { path: consolePath(), headers: PLAIN, as: 'none' },
    answer: refused(
      403,
      'Forbidden',
      'virtualmachineinstances.subresources.kubevirt.io "{name}" is forbidden: User "system:serviceaccount:{ns}:none" ' +
        'cannot get resource "virtualmachineinstances/console" in API group "subresources.kubevirt.io" ' +
        'in the namespace "{ns}"',
      { name: '{name}', group: 'subresources.kubevirt.io', kind: 'virtualmachineinstances' },
    ),
  },
];

for (const { title, request, answer, echoed } of HANDSHAKES) {
  test(title, async ({ stage, running }) => {
    const { scene } = await running();
    const reply = await stage.api.handshake(await scene.call(request));
    meets(reply, scene.fill(answer));
    expect(reply.headers[PROTOCOL]).toBe(echoed);
  });
}

test('151 the token as a subprotocol, as browsers must: 101 that echoes the other one', async ({ stage, running }) => {
  const { scene } = await running();
  const token = Buffer.from(await stage.accounts.tokenOf('checkup')).toString('base64url');
  const headers = { [PROTOCOL]: `${BEARER}.${token}, plain.kubevirt.io` };
  const reply = await stage.api.handshake(await scene.call({ path: consolePath(), anonymous: true, headers }));
  meets(reply, { status: 101, headers: PLAIN });
});

test('140 the console of a missing VMI: 404', async ({ stage }) => {
  const scene = new Scene(stage, 'no-such-vmi');
  const reply = await stage.api.handshake(await scene.call({ path: consolePath(), headers: PLAIN }));
  const details = { name: '{name}', group: 'kubevirt.io', kind: 'virtualmachineinstance' };
  meets(reply, scene.fill(refused(404, 'NotFound', 'virtualmachineinstance.kubevirt.io "{name}" not found', details)));
});

test('142 the console without an upgrade: 400 as text', async ({ running }) => {
  const { scene } = await running();
  const message =
    /^Bad Request\n\{[^]*"websocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header"[^]*"code": 400\n\}$/;
  meets(await scene.send({ path: consolePath(), headers: { ...PLAIN, accept: '*/*' } }), {
    status: 400,
    body: matching(message),
    headers: { 'content-type': 'text/plain; charset=utf-8', 'sec-websocket-version': '13' },
  });
});

test('the console for a client that accepts JSON alone: 406', async ({ stage, running }) => {
  const { scene } = await running();
  const headers = { ...PLAIN, accept: 'application/json' };
  expect((await stage.api.handshake(await scene.call({ path: consolePath(), headers }))).status).toBe(406);
  expect((await scene.send({ path: consolePath(), headers })).status).toBe(406);
});

test('143 the console of a VMI that is not running: 400', async ({ stage }) => {
  const scene = new Scene(stage, 'nowhere');
  await scene.set({ given: [lonelyVmi('{name}', { nodeSelector: { 'no-such-label': 'no-such-node' } })] });
  const reply = await stage.api.handshake(await scene.call({ path: consolePath(), headers: PLAIN }));
  meets(reply, refused(400, 'BadRequest', 'VMI is not running'));
});

test('144 a session: login, a command, exit, login again; only binary frames', async ({ stage, running }) => {
  const { scene } = await running();
  const session = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  expect(session.protocol).toBe('plain.kubevirt.io');
  await session.logIn();
  expect(await session.type('echo $?', /\n0\r\n.*[#$] $/)).toContain('echo $?\r\n0\r\n');
  await session.type('exit', /login: $/);
  await session.type('root', /[#$] $/);
  await session.type('exit', /login: $/);
  expect(session.kinds).toEqual(['binary']);
  session.cut();
});

test('144 a ping is answered by a pong of the same data', async ({ stage, running }) => {
  const { scene } = await running();
  const session = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  expect(await session.ping('pp')).toBe('pp');
  session.cut();
});

test('144 text frames are dropped, binary ones typed', async ({ stage, running }) => {
  const { scene } = await running();
  const session = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  await session.logIn();
  session.send('echo from-text\n', false);
  const output = await session.type('echo from-binary', /\nfrom-binary\r\n.*[#$] $/);
  expect(output).not.toContain('from-text');
  session.cut();
});

test('145 a session without a subprotocol: the same console', async ({ stage, running }) => {
  const { scene } = await running();
  const session = await ConsoleSession.open(stage.api, scene.fill(consolePath()), []);
  expect(session.protocol).toBe('');
  await session.logIn();
  session.cut();
});

test('147 a second connection takes the console: the first ends without a close frame', async ({ stage, running }) => {
  const { scene } = await running();
  const first = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  await first.logIn();
  const ended = first.closed();
  const second = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  expect(await ended).toBe(1006);
  // The line is the same, so is the shell that is logged in on it.
  expect(await second.wake()).not.toBe('login: ');
  second.cut();
});

test('148 a client that closes with 1000 gets 1000 back', async ({ stage, running }) => {
  const { scene } = await running();
  const session = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  await session.wake();
  expect(await session.close(1000)).toBe(1000);
});

test('149 the VMI is deleted: its console ends without a close frame', async ({ stage }) => {
  const { scene } = await start(stage, 'doomed');
  const session = await ConsoleSession.open(stage.api, scene.fill(consolePath()));
  const ended = session.closed();
  await scene.succeed({ method: 'DELETE', path: `${VMIS}/{name}` });
  expect(await ended).toBe(1006);
});
