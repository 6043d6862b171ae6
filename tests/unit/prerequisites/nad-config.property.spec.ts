// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { parseNadConfig } from '../../../fixtures/prerequisites/nad-config.ts';
import { anyText, holds } from '../property.ts';

/** Expects a configuration with plugin names, or a SyntaxError on one line. */
function read(text: string): ReturnType<typeof parseNadConfig> | undefined {
  try {
    const config = parseNadConfig(text);
    assert.equal(config.plugins.length > 0, text !== '');
    for (const type of config.plugins) assert.match(type, /^[^\s/]+$/);
    assert.equal(config.binding, config.plugins.includes('sriov') ? 'sriov' : 'bridge');
    return config;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    assert.ok(error.message.length < 500);
    return undefined;
  }
}

const key = fc.constantFrom('type', 'plugins', 'name', '__proto__', 'constructor', 'toString', 'ipam');
const leaf = fc.oneof(anyText, fc.constantFrom('bridge', 'sriov', '', null, true), fc.double());
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

test('parses a conf and a conflist', () => {
  const type = fc.oneof(fc.constantFrom('bridge', 'sriov', 'tuning'), fc.stringMatching(/^[a-z][-a-z0-9]{0,20}$/));
  holds([fc.array(type, { minLength: 1, maxLength: 5 }), fc.boolean(), tree], (types, list, ipam) => {
    const plugins = types.map((name) => ({ type: name, ipam }));
    const config = list || plugins.length > 1 ? { name: 'blue', plugins } : { name: 'blue', ...plugins[0] };
    assert.deepEqual(read(JSON.stringify(config))?.plugins, types);
  });
});

test('refuses any JSON or returns its plugins', () => {
  holds([tree], (value) => {
    read(JSON.stringify(value));
  });
});

test('refuses any text or returns its plugins', () => {
  const pieces = fc.oneof(
    anyText,
    fc.constantFrom('{', '}', '[', ']', ':', ',', '"type"', '"plugins"', '"bridge"', 'null'),
  );
  holds([fc.array(pieces).map((parts) => parts.join(''))], (text) => {
    read(text);
  });
});
