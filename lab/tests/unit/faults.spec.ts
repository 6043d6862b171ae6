// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { attributesOf, type Attributes } from '../../rbac/attributes.ts';
import { Faults, waitOut } from '../../api/faults.ts';

const VMIS = '/apis/kubevirt.io/v1/namespaces/ns/virtualmachineinstances';
const CONSOLE = '/apis/subresources.kubevirt.io/v1/namespaces/ns/virtualmachineinstances/a/console';

function request(method: string, path: string): Attributes {
  return attributesOf(method, new URL(path, 'https://lab'));
}

test('a fault skips `after` requests, affects `times` requests, and is then used up', () => {
  const faults = new Faults();
  faults.inject({ verb: 'create', resource: 'virtualmachineinstances', skip: 1, times: 2, effect: 'reset after' });
  const effects = Array.from({ length: 5 }, () => faults.takeEffect(request('POST', VMIS)));
  expect(effects).toEqual([undefined, 'reset after', 'reset after', undefined, undefined]);
});

test('a resource does not match its subresources; a subresource matches by its full name', () => {
  const faults = new Faults();
  faults.inject({ verb: 'get', resource: 'virtualmachineinstances', times: 1, effect: 'reset before' });
  expect(faults.takeEffect(request('GET', CONSOLE))).toBeUndefined();
  faults.inject({ resource: 'virtualmachineinstances/console', times: 1, effect: { status: 500 } });
  expect(faults.takeEffect(request('GET', CONSOLE))).toEqual({ status: 500 });
  expect(faults.takeEffect(request('GET', `${VMIS}/a`))).toBe('reset before');
});

test('an effect function can pass a request to the next fault, and is called again', () => {
  const faults = new Faults();
  faults.inject({ times: 1, effect: ({ verb }) => (verb === 'create' ? { stallMs: 1 } : undefined) });
  faults.inject({ times: 1, effect: 'reset before' });
  expect(faults.takeEffect(request('GET', VMIS))).toBe('reset before');
  expect(faults.takeEffect(request('POST', VMIS))).toEqual({ stallMs: 1 });
  expect(faults.takeEffect(request('POST', VMIS))).toBeUndefined();
});

test('a held request continues when it is released or its client disconnects', async () => {
  const never = { hold: () => new Promise<void>(() => undefined) };
  const left = new AbortController();
  const waiting = waitOut(never, left.signal);
  left.abort();
  await waiting;
  let release: () => void = () => undefined;
  const held = waitOut({ hold: () => new Promise((resolve) => (release = resolve)) }, new AbortController().signal);
  release();
  await held;
});
