// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import * as v from 'valibot';
import { parseInput, type CheckupInput } from '../../../fixtures/input/parse-input.ts';
import {
  environmentName,
  PARAMETER_NAMES,
  parameterRow,
  pickResolved,
  redactedData,
  renderParameters,
  RESOLVED_PARAMETERS,
  resultRows,
  type ParameterName,
} from '../../../model/parameters.ts';

const DATA = { 'spec.timeout': '5m' };
const NETWORK = { networkAttachmentDefinitionNamespace: 'ns', networkAttachmentDefinitionName: 'blue' };
const ALWAYS_SHOWN = {
  network: 'ns/blue',
  sourceNode: 'any',
  targetNode: 'any',
  sampleDuration: '5s',
  maxDesiredLatency: 'no limit',
  timeout: '5m',
};

const parsed = (given: Partial<Record<ParameterName, string>>): CheckupInput => {
  const environment = Object.entries({ ...NETWORK, ...given }).map(
    ([name, value]) => [environmentName(name), value] as const,
  );
  return parseInput(Object.fromEntries(environment), DATA, false);
};

for (const name of PARAMETER_NAMES) {
  test(`the default and the example of ${name} are values of its type`, () => {
    const { type, example, description, ...row } = parameterRow(name);
    for (const value of [row.default, example]) if (value !== undefined) expect(type.parse(value)).toBeDefined();
    expect(example ?? row.default).toBeTruthy();
    expect(description).toMatch(/^[A-Z].*\.$/);
  });
}

test('does not show a parameter that is set to its default', () => {
  const defaults = PARAMETER_NAMES.flatMap((name) => {
    const { default: usual } = parameterRow(name);
    return usual === undefined ? [] : [[name, usual]];
  });
  expect(renderParameters(parsed({}))).toEqual(ALWAYS_SHOWN);
  expect(renderParameters(parsed(Object.fromEntries(defaults) as Partial<Record<ParameterName, string>>))).toEqual(
    ALWAYS_SHOWN,
  );
});

test('shows what differs from the defaults, each with its unit', () => {
  const input = parsed({
    sampleIntervalMilliseconds: '1500',
    packetSizeBytes: '1400',
    maxPacketLossPercent: '0',
    maxDesiredLatencyMilliseconds: '2.5',
    latencyStatistic: 'p90',
    ipFamilies: 'ipv6,ipv4',
    sourceAddress: '10.1.0.5/24,FD00::5/64',
    targetAddress: '10.1.0.6/24,fd00::6/64',
    bidirectional: 'true',
    probeMtu: 'true',
  });
  expect(renderParameters(input)).toEqual({
    ...ALWAYS_SHOWN,
    maxDesiredLatency: '2.5ms',
    latencyStatistic: 'p90',
    maxPacketLoss: '0%',
    sampleInterval: '1.5s',
    packetSize: '1400 bytes',
    ipFamilies: 'ipv6, ipv4',
    sourceAddress: '10.1.0.5/24, fd00::5/64',
    targetAddress: '10.1.0.6/24, fd00::6/64',
    bidirectional: 'true',
    probeMtu: 'true',
  });
  expect(renderParameters(parsed({ addressing: 'dhcp' }))).toEqual({ ...ALWAYS_SHOWN, addressing: 'dhcp' });
});

test('the results hold resolved parameters only, and none without a value', () => {
  const { fixedAddresses, containerDiskImage, containerDiskPullSecret, warnings, history, ...rest } = parsed({
    sourceNode: 'node-1',
  });
  expect([fixedAddresses, containerDiskImage, containerDiskPullSecret, warnings, history]).toEqual([
    { source: [], target: [] },
    undefined,
    undefined,
    [],
    [],
  ]);
  const meshOnly = resultRows().flatMap(({ member, row }) => (row.onlyIn === 'mesh' ? [member] : []));
  const left = [...meshOnly, 'networks'];
  const present = Object.entries(rest).filter(([member, value]) => value !== undefined && !left.includes(member));
  expect(pickResolved(parsed({ sourceNode: 'node-1' }))).toStrictEqual(Object.fromEntries(present));
});

test('the results of several networks hold them in the order of the input', () => {
  const input = parsed({ networkAttachmentDefinitions: 'ns/red,b/blue', networkAttachmentDefinitionName: '' });
  const networks = [
    { namespace: 'ns', name: 'red' },
    { namespace: 'b', name: 'blue' },
  ];
  expect(input).toMatchObject({ network: networks[0], networks });
  expect(pickResolved(input)).toMatchObject({ network: networks[0], networks });
});

test('the results of a mesh hold its parameters, and the reports show those that differ from their default', () => {
  const input = parsed({ topology: 'mesh', nodes: 'node-1,node-2', roundsPerRun: '10', maxFailedPairs: '2%' });
  const picked = pickResolved(input);
  expect(picked).toMatchObject({
    topology: 'mesh',
    nodes: ['node-1', 'node-2'],
    maxVms: 100,
    roundsPerRun: 10,
    retestWorstPairs: 5,
    maxFailedPairs: { value: 2, unit: 'percent' },
    latencyStatistic: 'p90',
    sourceAddresses: [],
  });
  expect(v.is(RESOLVED_PARAMETERS, picked)).toBe(true);
  expect(renderParameters(picked)).toEqual({
    network: 'ns/blue',
    sampleDuration: '5s',
    maxDesiredLatency: 'no limit',
    timeout: '5m',
    topology: 'mesh',
    nodes: 'node-1, node-2',
    roundsPerRun: '10',
    maxFailedPairs: '2%',
  });
  expect(renderParameters(pickResolved(parsed({ topology: 'mesh', latencyStatistic: 'max' })))).toMatchObject({
    latencyStatistic: 'max',
  });
});

test('saved data has no user, password, query and fragment of a URL, in both spellings of its key', () => {
  const written = 'http://admin:hunter2pw@127.0.0.1:18107/?token=sekret99#frag';
  const data = { ...DATA, 'spec.param.metricsPushUrl': written, 'spec.param.metrics_push_url': ` ${written}` };
  const shown = JSON.stringify(redactedData(data));
  expect(shown).not.toMatch(/admin|hunter2pw|sekret99|frag/);
  expect(redactedData(data)).toMatchObject({ ...DATA, 'spec.param.metricsPushUrl': 'http://…@127.0.0.1:18107/?…' });
  const right = { 'spec.param.metricsPushUrl': 'http://127.0.0.1:9091/east', other: written };
  expect(redactedData(right)).toEqual(right);
});
