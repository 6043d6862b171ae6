// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { renderCidr, sameSubnet, type Cidr } from '../../../fixtures/addresses/cidr.ts';
import {
  camelCaseKey,
  defaultValue,
  environmentName,
  PARAMETER_NAMES,
  resultRows,
  snakeCaseKey,
  type ParameterName,
} from '../../../model/parameters.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { IP_FAMILIES } from '../../../model/ip-family.ts';
import { renderMilliseconds } from '../../../model/units.ts';
import { anyValue } from '../any-value.ts';
import { holds } from '../property.ts';
import { complaints } from './complaints.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
const host = fc.integer({ min: 1, max: 254 });
/** Parameters of a pair that accept a boolean or one of several words, except `addressing`, whose value depends on the addresses. */
const CHOICES = resultRows().filter(
  ({ name: parameter, row }) =>
    parameter !== 'addressing' && row.onlyIn !== 'mesh' && ['boolean', 'picklist'].includes(row.type.schema.type),
);
/** The members of a mesh, which have their defaults in a pair. */
const MESH_DEFAULTS = Object.fromEntries(
  resultRows().flatMap(({ member, row }) => (row.onlyIn === 'mesh' ? [[member, defaultValue(row)]] : [])),
);
/** The parsed value of each, by member. */
const choices = fc.record<Record<string, unknown>>(
  Object.fromEntries(CHOICES.map(({ member, row }) => [member, anyValue(row.type.schema)])),
);
const wanted = fc.record({
  namespace: name,
  network: name,
  sourceNode: name,
  targetNode: name,
  sampleSeconds: fc.integer({ min: 1, max: 10_000 }),
  limitNs: fc.integer({ min: 1, max: 10 ** 15 - 1 }),
  gapNs: fc.integer({ min: 1, max: 10 ** 15 - 1 }),
  interval: fc.integer({ min: 100, max: 1000 }),
  packetSize: fc.integer({ min: 16, max: 65_507 }),
  lossThousandths: fc.integer({ min: 0, max: 100_000 }),
  choices,
  families: fc.shuffledSubarray([...IP_FAMILIES], { minLength: 1 }),
  hosts: fc.uniqueArray(host, { minLength: 2, maxLength: 2 }),
  fixed: fc.boolean(),
  pushUrl: name.map((label) => `https://push-${label}.example:9091/${label}`),
  space: fc.constantFrom('', ' ', '\n', '\t '),
});

function decimalMilliseconds(ns: number): string {
  return `${Math.floor(ns / 1e6)}.${String(ns % 1e6).padStart(6, '0')}`;
}

test('parses valid input from any source', () => {
  const place = fc.constantFrom(environmentName, camelCaseKey, snakeCaseKey);
  const count = PARAMETER_NAMES.length;
  holds([wanted, fc.array(place, { minLength: count, maxLength: count })], (want, places) => {
    const { namespace, network, sourceNode, targetNode, sampleSeconds, limitNs, families, fixed, space } = want;
    const cidrs = (end = 0): Cidr[] =>
      families.map((family) =>
        family === 'ipv4'
          ? { family, address: `10.1.0.${end}`, prefixLength: 24 }
          : { family, address: `fd00:1::${end.toString(16)}`, prefixLength: 64 },
      );
    const [sources, targets] = fixed ? [cidrs(want.hosts[0]), cidrs(want.hosts[1])] : [[], []];
    const given: Partial<Record<ParameterName, string>> = {
      networkAttachmentDefinitionNamespace: namespace,
      networkAttachmentDefinitionName: network,
      sourceNode,
      targetNode,
      sampleDurationSeconds: String(sampleSeconds),
      maxDesiredLatencyMilliseconds: decimalMilliseconds(limitNs),
      maxMigrationGapMilliseconds: decimalMilliseconds(want.gapNs),
      sampleIntervalMilliseconds: String(want.interval),
      packetSizeBytes: String(want.packetSize),
      maxPacketLossPercent: (want.lossThousandths / 1000).toFixed(3),
      ipFamilies: families.join(space + ',' + space),
      addressing: fixed ? 'static' : 'dhcp',
      sourceAddress: sources.map(renderCidr).join(space + ',' + space),
      targetAddress: targets.map(renderCidr).join(space + ',' + space),
      metricsPushUrl: want.pushUrl,
      ...Object.fromEntries(CHOICES.map(({ name: parameter, member }) => [parameter, String(want.choices[member])])),
    };
    const directions = want.choices['bidirectional'] === true ? 2 : 1;
    const isMigrated = want.choices['liveMigration'] === true;
    const migrationMs = isMigrated ? 10_000 : 0;
    const timeoutMs = sampleSeconds * 1000 * families.length * directions + migrationMs + 1000;
    const entries = Object.entries(given).map(([key, text], i): [string, string] => [
      (places[i] ?? camelCaseKey)(key),
      space + text + space,
    ]);
    const isKey = ([key]: readonly [string, string]): boolean => key.startsWith('spec.');
    const environment = Object.fromEntries(entries.filter((entry) => !isKey(entry)));
    const data = { ...Object.fromEntries(entries.filter(isKey)), 'spec.timeout': renderMilliseconds(timeoutMs) };
    const input = parseInput(environment, data, false);
    const unusedGap = isMigrated ? [] : [input.warnings[0]];
    const sameNode = sourceNode === targetNode ? [input.warnings.at(-1)] : [];
    assert.deepEqual(input, {
      ...MESH_DEFAULTS,
      ...want.choices,
      network: { namespace, name: network },
      networks: [{ namespace, name: network }],
      sourceNode,
      targetNode,
      timeoutMs,
      sampleDurationMs: sampleSeconds * 1000,
      sampleIntervalMs: want.interval,
      packetSizeBytes: want.packetSize,
      maxLatencyNs: limitNs,
      maxMigrationGapNs: want.gapNs,
      maxPacketLossPercent: want.lossThousandths / 1000,
      sourceAddresses: sources.map(renderCidr),
      targetAddresses: targets.map(renderCidr),
      ipFamilies: families,
      addressing: fixed ? 'static' : 'dhcp',
      fixedAddresses: { source: sources, target: targets },
      metricsPushUrl: want.pushUrl,
      containerDiskImage: undefined,
      containerDiskPullSecret: undefined,
      trendMinChangePercent: 20,
      historyRuns: 50,
      history: [],
      warnings: [...unusedGap, ...sameNode],
    });
  });
});

test('the result of any input satisfies the rules between values', () => {
  const NETWORK = { networkAttachmentDefinitionNamespace: 'ns', networkAttachmentDefinitionName: 'blue' };
  const number = fc.integer({ min: 0, max: 70_000 }).map(String);
  const address = fc.constantFrom('', '10.1.0.5/24', '10.1.0.6/24', '10.1.0.7/16', 'fd00::5/64', 'fd00::6/64');
  const addresses = fc.array(address, { maxLength: 2 }).map((texts) => texts.join());
  const parameters = fc.record<Partial<Record<ParameterName, string>>>({
    sampleDurationSeconds: number,
    sampleIntervalMilliseconds: fc.oneof(fc.constant(''), number),
    ipFamilies: fc.constantFrom('', 'ipv4', 'ipv6', 'ipv4,ipv6', 'ipv6,ipv4'),
    addressing: fc.constantFrom('', 'static', 'static', 'dhcp'),
    sourceAddress: addresses,
    targetAddress: addresses,
    bidirectional: fc.constantFrom('', 'true'),
  });
  let right = 0;
  holds([parameters, fc.constantFrom('1h', '20h', '500h'), fc.boolean()], (given, timeout, older) => {
    const all = Object.entries({ ...NETWORK, ...given }).map(([key, text]) => [camelCaseKey(key), text]);
    const data = Object.fromEntries([...all, ['spec.timeout', timeout]]) as Record<string, string>;
    const inputErrors = complaints(() => {
      const input = parseInput({}, data, older);
      const { sampleDurationMs, sampleIntervalMs, ipFamilies, fixedAddresses } = input;
      right += 1;
      assert.ok(sampleIntervalMs <= sampleDurationMs && sampleDurationMs / sampleIntervalMs <= 100_000);
      assert.ok(input.timeoutMs > sampleDurationMs * ipFamilies.length * (input.bidirectional ? 2 : 1));
      const { source, target } = fixedAddresses;
      assert.deepEqual(source.map(({ family }) => family).sort(), target.map(({ family }) => family).sort());
      assert.equal(new Set(source.map(({ family }) => family)).size, source.length);
      assert.ok(source.length === 0 || input.addressing === 'static');
      for (const cidr of source) {
        const other = target.find(({ family }) => family === cidr.family);
        assert.ok(other !== undefined && sameSubnet(cidr, other) && cidr.address !== other.address);
        assert.ok(ipFamilies.includes(cidr.family));
      }
    });
    assert.equal(new Set(inputErrors).size, inputErrors.length);
  });
  assert.ok(right > 20, `only ${right} were right`);
});
