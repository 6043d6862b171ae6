import { expect, test } from '@playwright/test';
import { environmentName, PARAMETER_NAMES } from '../../../fixtures/input/keys.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { renderInput } from '../../../fixtures/input/render-input.ts';

const DATA = {
  'spec.timeout': '5m',
  'spec.param.networkAttachmentDefinitionNamespace': 'ns',
  'spec.param.networkAttachmentDefinitionName': 'blue',
};
const ALWAYS = {
  network: 'ns/blue',
  sourceNode: 'any',
  targetNode: 'any',
  sampleDuration: '5s',
  maxDesiredLatency: 'no limit',
  timeout: '5m',
};
const DEFAULTS = {
  ...{ sampleDurationSeconds: '5', sampleIntervalMilliseconds: '100', packetSizeBytes: '56' },
  ...{ maxDesiredLatencyMilliseconds: '0', latencyStatistic: 'max', ipFamilies: 'ipv4', addressing: 'static' },
  ...{ bidirectional: 'false', probeMtu: 'false' },
};

const rendered = (given: Partial<Record<(typeof PARAMETER_NAMES)[number], string>>): Record<string, string> => {
  const environment = Object.entries(given).map(([name, value]) => [environmentName(name), value] as const);
  return renderInput(parseInput(Object.fromEntries(environment), DATA, false));
};

test('what is as usual is not shown, written or not', () => {
  expect(rendered({})).toEqual(ALWAYS);
  expect(rendered(DEFAULTS)).toEqual(ALWAYS);
});

test('what is not as usual is shown', () => {
  expect(
    rendered({
      ...{ sampleIntervalMilliseconds: '1500', packetSizeBytes: '1400', maxPacketLossPercent: '0' },
      ...{ maxDesiredLatencyMilliseconds: '2.5', latencyStatistic: 'p90', ipFamilies: 'ipv6,ipv4' },
      ...{ sourceAddress: '10.1.0.5/24,FD00::5/64', targetAddress: '10.1.0.6/24,fd00::6/64' },
      ...{ bidirectional: 'true', probeMtu: 'true' },
    }),
  ).toEqual({
    ...{ ...ALWAYS, maxDesiredLatency: '2.5ms', latencyStatistic: 'p90', maxPacketLoss: '0%' },
    ...{ sampleInterval: '1.5s', packetSize: '1400 bytes', ipFamilies: 'ipv6, ipv4' },
    ...{ sourceAddress: '10.1.0.5/24, fd00::5/64', targetAddress: '10.1.0.6/24, fd00::6/64' },
    ...{ bidirectional: 'true', probeMtu: 'true' },
  });
  expect(rendered({ addressing: 'dhcp' })).toEqual({ ...ALWAYS, addressing: 'dhcp' });
});
