// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { kubeVirtState, nodeState, strings, vmiState } from '../../../fixtures/cluster/objects.ts';
import { anyText, holds } from '../property.ts';

const KEYS = [
  'metadata',
  'spec',
  'status',
  'name',
  'uid',
  'nodeName',
  'phase',
  'conditions',
  'taints',
  'labels',
  '__proto__',
];
const leaf = fc.oneof(anyText, fc.constantFrom(null, true, 0), fc.constant({}));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('tree')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

test('decodes any object, and removes control characters from node names', () => {
  holds([tree], (value) => {
    const { phase, node, conditions, deleting } = vmiState(value);
    assert.deepEqual([typeof phase, typeof deleting, Array.isArray(conditions)], ['string', 'boolean', true]);
    assert.doesNotMatch(node ?? '', /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    assert.equal(typeof nodeState(value).ready, 'boolean');
    assert.equal(typeof kubeVirtState(value).phase, 'string');
    assert.equal(
      Object.values(strings(value)).every((text) => typeof text === 'string'),
      true,
    );
  });
});
