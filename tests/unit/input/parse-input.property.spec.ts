import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { configMapRef } from '../../../fixtures/input/configmap-ref.ts';
import {
  camelCaseKey,
  ENVIRONMENT,
  environmentName,
  PARAMETER_NAMES,
  snakeCaseKey,
} from '../../../fixtures/input/keys.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { findValues } from '../../../fixtures/input/sources.ts';
import { CheckupError } from '../../../model/errors.ts';
import { renderMilliseconds } from '../../../model/units.ts';
import { anyText, holds } from '../property.ts';

const plausible = fc.constantFrom(
  '',
  ' ',
  'a',
  'node-1',
  '5',
  '0',
  '5m',
  '1.5',
  'true',
  'false',
  'alpine:3',
  '../x',
  '-1',
);
const value = fc.oneof(anyText, plausible);
const ENV_KEYS = [...PARAMETER_NAMES.map(environmentName), ...Object.values(ENVIRONMENT).flat()];
const DATA_KEYS = [
  'spec.timeout',
  '__proto__',
  ...PARAMETER_NAMES.flatMap((name) => [camelCaseKey(name), snakeCaseKey(name)]),
];
const some = (keys: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 20 });

/** The complaints, none where the call succeeds; whatever else is thrown goes on. */
function complaints(call: () => unknown): readonly string[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof CheckupError && error.code === 'InputInvalid') return error.details;
    throw error;
  }
}

test('any input: a whole value or complaints, each one clean line that says what was expected', () => {
  holds([some(ENV_KEYS), some(DATA_KEYS), fc.boolean()], (environment, data, older) => {
    for (const complaint of complaints(() => parseInput(environment, data, older))) {
      assert.match(complaint, /^("|timeout field is (missing|illegal): |environment variable ").*expected /);
      assert.doesNotMatch(complaint, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|<[a-z/!?]/iu);
      assert.ok(complaint.length < 1200);
    }
  });
});

test('any name of a ConfigMap: names that are no more than a part of a path, or complaints', () => {
  holds([some(ENV_KEYS)], (environment) => {
    const told = complaints(() => {
      const { namespace, name } = configMapRef(environment);
      assert.match(`${namespace}/${name}`, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9][-a-z0-9.]*$/);
      assert.equal(encodeURIComponent(name), name);
      assert.equal(new URL(`https://host/${namespace}/${name}`).pathname, `/${namespace}/${name}`);
    });
    for (const complaint of told)
      assert.match(complaint, /^(missing required environment variable: |environment variable )"/);
  });
});

test('right input reads back, whichever place it is given in', () => {
  const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  const place = fc.constantFrom(environmentName, camelCaseKey, snakeCaseKey);
  const seconds = fc.integer({ min: 1, max: 10_000 });
  const limitNs = fc.integer({ min: 1, max: 10 ** 15 - 1 });
  const space = fc.constantFrom('', ' ', '\n', '\t ');
  const wanted = fc.tuple(name, name, name, name, seconds, limitNs, space);
  holds([wanted, fc.array(place, { minLength: 6, maxLength: 6 })], (values, places) => {
    const [namespace, network, source, target, sample, limit, around] = values;
    const given = {
      ...{ networkAttachmentDefinitionNamespace: namespace, networkAttachmentDefinitionName: network },
      ...{ sourceNode: source, targetNode: target, sampleDurationSeconds: String(sample) },
      maxDesiredLatencyMilliseconds: `${Math.floor(limit / 1e6)}.${String(limit % 1e6).padStart(6, '0')}`,
    };
    const entries = Object.entries(given).map(([key, text], i) => [
      (places[i] ?? camelCaseKey)(key),
      around + text + around,
    ]);
    const data = Object.fromEntries([...entries, ['spec.timeout', renderMilliseconds(sample * 1000 + 1000)]]) as Record<
      string,
      string
    >;
    const input = parseInput(data, data, false);
    assert.deepEqual(input, {
      ...input,
      ...{ network: { namespace, name: network }, sourceNode: source, targetNode: target },
      ...{ sampleDurationMs: sample * 1000, timeoutMs: sample * 1000 + 1000 },
      limits: { ...input.limits, maxLatencyNs: limit },
    });
  });
});

test('the first place with a value wins, and a warning names the two that disagree', () => {
  const three = fc.tuple(value, value, value);
  holds([fc.constantFrom(...PARAMETER_NAMES), three], (parameter, texts) => {
    const [env, camel, snake] = texts;
    const found = findValues(
      { [environmentName(parameter)]: env },
      { [camelCaseKey(parameter)]: camel, [snakeCaseKey(parameter)]: snake },
    );
    const trimmed = texts.map((text) => text.trim()).filter((text) => text !== '');
    assert.equal(found.values.get(parameter)?.value, trimmed[0]);
    assert.equal(found.warnings.length, new Set(trimmed).size > 1 ? 1 : 0);
    for (const warning of found.warnings) assert.doesNotMatch(warning, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });
});
