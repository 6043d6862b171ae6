// SPDX-License-Identifier: Apache-2.0
/** The networks of a run: the list, and the two keys that name one network. */
import { expect, test } from '@playwright/test';
import { cpuMs } from '../cpu-time.ts';
import { parseInput, type CheckupInput } from '../../../fixtures/input/parse-input.ts';
import { complaints } from './complaints.ts';

const NAMESPACE = 'spec.param.networkAttachmentDefinitionNamespace';
const NAME = 'spec.param.networkAttachmentDefinitionName';
const LIST = 'spec.param.networkAttachmentDefinitions';

const parsed = (data: Record<string, string>, environment: Record<string, string> = {}): CheckupInput =>
  parseInput(environment, { 'spec.timeout': '5m', ...data }, false, 'vms');
const inputErrors = (data: Record<string, string>, environment: Record<string, string> = {}): readonly string[] =>
  complaints(() => parsed(data, environment));
const refs = (data: Record<string, string>): readonly string[] =>
  parsed(data).networks.map(({ namespace, name }) => `${namespace}/${name}`);

for (const [what, data, expected] of [
  ['the two keys', { [NAMESPACE]: 'ns', [NAME]: 'blue' }, ['ns/blue']],
  ['a list of one', { [LIST]: 'ns/blue' }, ['ns/blue']],
  ['a list in its order', { [LIST]: 'b/z, a/y\na/x' }, ['b/z', 'a/y', 'a/x']],
  ['one name in two namespaces', { [LIST]: 'a/blue,b/blue' }, ['a/blue', 'b/blue']],
  ['names without namespace', { [LIST]: 'blue,a/red' }, ['vms/blue', 'a/red']],
  ['names with the namespace of its key', { [LIST]: 'blue,a/red', [NAMESPACE]: 'ns' }, ['ns/blue', 'a/red']],
  ['both forms for one network', { [LIST]: 'ns/blue', [NAMESPACE]: 'ns', [NAME]: 'blue' }, ['ns/blue']],
  ['both forms, in the namespace of the VMs', { [LIST]: 'vms/blue', [NAME]: 'blue' }, ['vms/blue']],
] as const) {
  test(`takes the networks from ${what}`, () => {
    expect(refs(data)).toEqual(expected);
    expect(parsed(data)).toMatchObject({ network: parsed(data).networks[0], warnings: [] });
  });
}

const EXPECTED = '"namespace/name" or "name" of each network, separated by commas or newlines';

for (const [what, data, expected] of [
  [
    'every wrong entry',
    { [LIST]: 'a/b/c,ns/blue,Red' },
    [
      `"networkAttachmentDefinitions" parameter is invalid: "a/b/c,ns/blue,Red": expected ${EXPECTED}, not "a/b/c", "Red"`,
    ],
  ],
  [
    'a network that is repeated',
    { 'spec.param.network_attachment_definitions': 'blue,ns/red,vms/blue' },
    [
      '"network_attachment_definitions" parameter is invalid: "blue,ns/red,vms/blue": expected each network once: "vms/blue" is listed twice',
    ],
  ],
  [
    'two forms that name different networks',
    { [LIST]: 'ns/red', [NAMESPACE]: 'ns', [NAME]: 'blue' },
    [
      '"networkAttachmentDefinitions" parameter is invalid: "ns/red": expected only "ns/blue" with "networkAttachmentDefinitionNamespace" "ns" and "networkAttachmentDefinitionName" "blue": set the list or these',
    ],
  ],
  [
    'two forms of which the list has more',
    { [LIST]: 'ns/blue,ns/red', 'spec.param.network_attachment_definition_name': 'blue', [NAMESPACE]: 'ns' },
    [
      '"networkAttachmentDefinitions" parameter is invalid: "ns/blue,ns/red": expected only "ns/blue" with "networkAttachmentDefinitionNamespace" "ns" and "network_attachment_definition_name" "blue": set the list or these',
    ],
  ],
  [
    'wrong values of all three keys',
    { [LIST]: 'ns/Red', [NAMESPACE]: 'N', [NAME]: 'B' },
    [
      '"networkAttachmentDefinitionNamespace" parameter is invalid: "N": expected the name of a namespace (RFC 1123 label)',
      '"networkAttachmentDefinitionName" parameter is invalid: "B": expected the name of an object (RFC 1123 subdomain)',
      `"networkAttachmentDefinitions" parameter is invalid: "ns/Red": expected ${EXPECTED}, not "ns/Red"`,
    ],
  ],
  [
    'a missing network as without the list',
    {},
    [
      '"networkAttachmentDefinitionNamespace" parameter is missing: expected the name of a namespace (RFC 1123 label)',
      '"networkAttachmentDefinitionName" parameter is missing: expected the name of an object (RFC 1123 subdomain)',
    ],
  ],
  [
    'fixed addresses of several networks',
    { [LIST]: 'a,b', 'spec.param.sourceAddress': '10.1.0.5/24' },
    [
      '"sourceAddress" parameter is invalid: "10.1.0.5/24": expected no address with several networks in "networkAttachmentDefinitions" "a,b"',
    ],
  ],
  [
    'a timeout without room for the samples of all networks',
    { [LIST]: 'a,b,c', 'spec.timeout': '30s', 'spec.param.bidirectional': 'true' },
    [
      'timeout field is illegal: "spec.timeout" "30s" leaves no room for 6 samples of "sampleDurationSeconds" 5 (3 networks): expected more than 30s',
    ],
  ],
] as const) {
  test(`reports ${what}`, () => {
    expect(inputErrors(data)).toEqual(expected);
  });
}

test('names the environment variable of a list', () => {
  expect(inputErrors({}, { NETWORK_ATTACHMENT_DEFINITIONS: 'a,a' })).toEqual([
    '"NETWORK_ATTACHMENT_DEFINITIONS" parameter is invalid: "a,a": expected each network once: "vms/a" is listed twice',
  ]);
});

test('warns of a namespace that no entry of the list needs', () => {
  expect(parsed({ [LIST]: 'a/b', [NAMESPACE]: 'ns' }).warnings).toEqual([
    '"networkAttachmentDefinitionNamespace" "ns" has no effect: each network of "networkAttachmentDefinitions" "a/b" has a namespace',
  ]);
});

test('accepts fixed addresses with a list of one network', () => {
  const addresses = { 'spec.param.sourceAddress': '10.1.0.5/24', 'spec.param.targetAddress': '10.1.0.6/24' };
  expect(parsed({ [LIST]: 'blue', ...addresses }).sourceAddresses).toEqual(['10.1.0.5/24']);
});

test('parses a list of 20,000 networks within two seconds of CPU time', () => {
  const list = Array.from({ length: 20_000 }, (_, index) => `n${index}`).join();
  const ms = cpuMs(() => {
    expect(parsed({ [LIST]: list, 'spec.timeout': '500h' }).networks).toHaveLength(20_000);
  });
  expect(ms).toBeLessThan(2000);
});
