// SPDX-License-Identifier: Apache-2.0
/** Rules between parameters. */
import { expect, test } from '@playwright/test';
import { parseInput, type CheckupInput } from '../../../fixtures/input/parse-input.ts';
import { complaints } from './complaints.ts';

const DATA = {
  'spec.timeout': '5m',
  'spec.param.networkAttachmentDefinitionNamespace': 'ns',
  'spec.param.networkAttachmentDefinitionName': 'blue',
};

const parsed = (environment: Record<string, string>, data: Record<string, string> = {}): CheckupInput =>
  parseInput(environment, { ...DATA, ...data }, false);
const inputErrors = (environment: Record<string, string>, data: Record<string, string> = {}): readonly string[] =>
  complaints(() => parsed(environment, data));

test('increases the interval of a long sample, with a warning', () => {
  expect(parsed({ SAMPLE_DURATION_SECONDS: '10000' }, { 'spec.timeout': '3h' })).toMatchObject({
    sampleIntervalMs: 100,
    warnings: [],
  });
  expect(parsed({ SAMPLE_DURATION_SECONDS: '10001' }, { 'spec.timeout': '3h' })).toMatchObject({
    sampleIntervalMs: 101,
    warnings: [
      '"SAMPLE_DURATION_SECONDS" "10001" is long for one sample of at most 100000 pings: they are sent every 101ms instead of every 100ms',
    ],
  });
  const longest = parsed({ SAMPLE_DURATION_SECONDS: '2000000' }, { 'spec.timeout': '590h' });
  expect([longest.sampleIntervalMs, longest.sampleDurationMs / longest.sampleIntervalMs]).toEqual([20_000, 100_000]);
});

test('refuses a configured interval that gives too many pings, with both keys and values', () => {
  const environment = { SAMPLE_DURATION_SECONDS: '10001', SAMPLE_INTERVAL_MILLISECONDS: '100' };
  expect(inputErrors(environment, { 'spec.timeout': '3h' })).toEqual([
    '"SAMPLE_INTERVAL_MILLISECONDS" parameter is invalid: "100": expected at least 101 with "SAMPLE_DURATION_SECONDS" "10001": a sample has at most 100000 pings',
  ]);
  expect(inputErrors({ SAMPLE_INTERVAL_MILLISECONDS: '2001' }, { 'spec.param.sample_duration_seconds': '2' })).toEqual([
    '"SAMPLE_INTERVAL_MILLISECONDS" parameter is invalid: "2001": expected at most 2000, no longer than "sample_duration_seconds" "2"',
  ]);
});

test('does not check the relation of two values when one is invalid', () => {
  const environment = { SAMPLE_DURATION_SECONDS: 'long', SAMPLE_INTERVAL_MILLISECONDS: '60000', BIDIRECTIONAL: 'true' };
  expect(inputErrors(environment, { 'spec.timeout': '1s' })).toEqual([
    '"SAMPLE_DURATION_SECONDS" parameter is invalid: "long": expected whole seconds from 1 to 2000000',
  ]);
  expect(inputErrors({ IP_FAMILIES: 'ipv7' }, pair('fd00::5/64', 'fd00::6/64'))).toEqual([
    '"IP_FAMILIES" parameter is invalid: "ipv7": expected "ipv4", "ipv6", "ipv4,ipv6" or "ipv6,ipv4"',
  ]);
});

test('the timeout must leave room for every sample', () => {
  const sample = { SAMPLE_DURATION_SECONDS: '10' };
  const room = (timeout: string, environment: Record<string, string>): readonly string[] =>
    inputErrors({ ...sample, ...environment }, { 'spec.timeout': timeout });
  expect(room('10001ms', {})).toEqual([]);
  expect(room('20s', { BIDIRECTIONAL: 'true' })).toEqual([
    'timeout field is illegal: "spec.timeout" "20s" leaves no room for 2 samples of "SAMPLE_DURATION_SECONDS" 10: expected more than 20s',
  ]);
  expect(room('20s', { IP_FAMILIES: 'ipv6,ipv4' })).toEqual([expect.stringContaining(' for 2 samples of ')]);
  expect(room('40s', { IP_FAMILIES: 'ipv4,ipv6', BIDIRECTIONAL: 'true' })).toEqual([
    'timeout field is illegal: "spec.timeout" "40s" leaves no room for 4 samples of "SAMPLE_DURATION_SECONDS" 10: expected more than 40s',
  ]);
  expect(room('40001ms', { IP_FAMILIES: 'ipv4,ipv6', BIDIRECTIONAL: 'true' })).toEqual([]);
});

test('limits the total duration of all samples, also with the older launcher', () => {
  const environment = { SAMPLE_DURATION_SECONDS: '1000001', BIDIRECTIONAL: 'true' };
  const expected = [
    '"SAMPLE_DURATION_SECONDS" parameter is invalid: "1000001": expected at most 1000000 for each of 2 samples',
  ];
  expect(inputErrors(environment)).toEqual(expected);
  const data = { ...DATA, 'spec.timeout': '' };
  expect(complaints(() => parseInput(environment, data, true))).toEqual(expected);
  expect(parseInput({ SAMPLE_DURATION_SECONDS: '60', BIDIRECTIONAL: 'true' }, data, true)).toMatchObject({
    timeoutMs: 720_000,
  });
});

test('warns when a statistic is set without a limit', () => {
  const warnings = (environment: Record<string, string>): readonly string[] => parsed(environment).warnings;
  expect(warnings({ LATENCY_STATISTIC: 'p99', MAX_DESIRED_LATENCY_MILLISECONDS: '1' })).toEqual([]);
  expect(warnings({ LATENCY_STATISTIC: 'p99' })).toEqual([
    '"LATENCY_STATISTIC" "p99" has no effect: "maxDesiredLatencyMilliseconds" (by default 0) is no limit',
  ]);
  expect(warnings({ LATENCY_STATISTIC: 'max', MAX_DESIRED_LATENCY_MILLISECONDS: '0' })).toEqual([
    '"LATENCY_STATISTIC" "max" has no effect: "MAX_DESIRED_LATENCY_MILLISECONDS" "0" is no limit',
  ]);
});

function pair(source: string, target: string): Record<string, string> {
  return { 'spec.param.sourceAddress': source, 'spec.param.targetAddress': target };
}

test('fixed addresses: requires both VMs or neither to have an address of a family', () => {
  expect(parsed({ IP_FAMILIES: 'ipv6,ipv4' }, pair('10.1.0.5/24', '10.1.0.6/24')).fixedAddresses).toEqual({
    source: [{ family: 'ipv4', address: '10.1.0.5', prefixLength: 24 }],
    target: [{ family: 'ipv4', address: '10.1.0.6', prefixLength: 24 }],
  });
  expect(inputErrors({ IP_FAMILIES: 'ipv4,ipv6' }, pair('10.1.0.5/24', 'fd00::6/64'))).toEqual([
    '"targetAddress" parameter is invalid: "fd00::6/64": expected an ipv4 address, too, as there is one in "sourceAddress" "10.1.0.5/24"',
    '"sourceAddress" parameter is invalid: "10.1.0.5/24": expected an ipv6 address, too, as there is one in "targetAddress" "fd00::6/64"',
  ]);
});

test('fixed addresses: reports every problem at once', () => {
  const data = { ...pair('10.1.0.5/24,fd00::5/64', '10.1.0.5/25,ff02::1/128'), 'spec.param.addressing': 'dhcp' };
  expect(inputErrors({}, data)).toEqual([
    '"targetAddress" parameter is invalid: "10.1.0.5/25,ff02::1/128": expected another ipv4 address than that of "sourceAddress" "10.1.0.5/24,fd00::5/64"',
    '"targetAddress" parameter is invalid: "10.1.0.5/25,ff02::1/128": expected the prefix length of "sourceAddress" "10.1.0.5/24,fd00::5/64" in ipv4: /24',
    '"sourceAddress" parameter is invalid: "10.1.0.5/24,fd00::5/64": expected no ipv6 address with "ipFamilies" (by default "ipv4")',
    '"targetAddress" parameter is invalid: "10.1.0.5/25,ff02::1/128": expected a prefix length from /1 to /127, not ff02::1/128',
    '"targetAddress" parameter is invalid: "10.1.0.5/25,ff02::1/128": expected an address that a VM can have, not a multicast address (ff02::1/128)',
    '"targetAddress" parameter is invalid: "10.1.0.5/25,ff02::1/128": expected no ipv6 address with "ipFamilies" (by default "ipv4")',
    '"addressing" parameter is invalid: "dhcp": expected "static" with "sourceAddress" "10.1.0.5/24,fd00::5/64" and "targetAddress" "10.1.0.5/25,ff02::1/128"',
  ]);
});

test('fixed addresses: reports an invalid and a missing one at once', () => {
  expect(inputErrors({ TARGET_ADDRESS: '10.1.0.6' })).toEqual([
    '"TARGET_ADDRESS" parameter is invalid: "10.1.0.6": expected a CIDR such as "10.1.0.5/24" or "fd00:1::5/64", or one per IP family, separated by a comma',
    '"sourceAddress" parameter is missing: expected an address in the network of "TARGET_ADDRESS" "10.1.0.6": both addresses or none',
  ]);
});
