// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { configMapRef } from '../../../fixtures/input/configmap-ref.ts';
import { ENVIRONMENT } from '../../../fixtures/input/keys.ts';
import { camelCaseKey, environmentName, PARAMETER_NAMES, snakeCaseKey } from '../../../model/parameters.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { findValues } from '../../../fixtures/input/sources.ts';
import { anyText, holds } from '../property.ts';
import { complaints } from './complaints.ts';

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
  '100',
  '60000',
  '2000000',
  '9999h',
  'p99',
  'max',
  'ipv6',
  'ipv4,ipv6',
  'static',
  'dhcp',
  '10.1.0.5/24',
  '10.1.0.6/24',
  '10.1.0.0/16',
  '127.0.0.1/32',
  'fd00::5/64',
  '10.1.0.5/24,fd00::5/64',
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

test('reports each problem of any input on one line with the expected value', () => {
  holds([some(ENV_KEYS), some(DATA_KEYS), fc.boolean()], (environment, data, older) => {
    for (const complaint of complaints(() => parseInput(environment, data, older))) {
      assert.match(complaint, /^("|timeout field is (missing|illegal): |environment variable ").*expected /);
      assert.doesNotMatch(complaint, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|<[a-z/!?]/iu);
      assert.ok(complaint.length < 1200);
    }
  });
});

test('accepts only ConfigMap names that are one path segment', () => {
  holds([some(ENV_KEYS)], (environment) => {
    const inputErrors = complaints(() => {
      const { namespace, name } = configMapRef(environment);
      assert.match(`${namespace}/${name}`, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9][-a-z0-9.]*$/);
      assert.equal(encodeURIComponent(name), name);
      assert.equal(new URL(`https://host/${namespace}/${name}`).pathname, `/${namespace}/${name}`);
    });
    for (const complaint of inputErrors)
      assert.match(complaint, /^(missing required environment variable: |environment variable )"/);
  });
});

test('the first place with a value wins, and a warning names the two that disagree', () => {
  const three = fc.tuple(value, value, value);
  holds([fc.constantFrom(...PARAMETER_NAMES), three], (parameter, values) => {
    const [env, camel, other] = values;
    // A name of one word has one key for both spellings.
    const snake = snakeCaseKey(parameter) === camelCaseKey(parameter) ? camel : other;
    const texts = [env, camel, snake];
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
