// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import { ERROR_CODES } from '../../../model/errors.ts';
import { reasonOf, renderReason, renderShortReasons, type Reason } from '../../../model/reasons.ts';
import { STAGES } from '../../../model/stages.ts';
import { anyText, holds } from '../property.ts';

const words = fc.array(anyText, { maxLength: 20 }).map((all) => all.join(' '));
const failure = fc.record(
  {
    stage: fc.constantFrom(...STAGES),
    code: fc.constantFrom(...ERROR_CODES),
    findings: fc.array(fc.record({ what: anyText, seen: words, remedy: anyText }, { requiredKeys: ['what'] }), {
      minLength: 1,
      maxLength: 3,
    }),
    diagnosis: fc.record({ summary: words }),
  },
  { requiredKeys: ['stage', 'code', 'findings'] },
);

/** Matches the short reason: the parts outside of parentheses are whole, those in parentheses begin as in the full text. */
function requireOnlyParenthesesCut(reason: Reason, short: string): void {
  let rest = short;
  for (const part of reason) {
    if (typeof part === 'string') {
      assert.ok(rest.startsWith(part), `"${part}" is whole in "${short}"`);
      rest = rest.slice(part.length);
      continue;
    }
    const whole = ` (${part.inParentheses})`;
    if (rest.startsWith(whole)) {
      rest = rest.slice(whole.length);
      continue;
    }
    const end = rest.indexOf('…)');
    const kept = end < 0 || !rest.startsWith(' (') ? '' : rest.slice(2, end);
    // Otherwise the parentheses are omitted.
    if (kept !== '' && part.inParentheses.startsWith(kept)) rest = rest.slice(end + 2);
  }
  assert.equal(rest, '');
}

test('a short reason has at most 300 characters, or no parentheses; nothing else is cut, and no character is broken', () => {
  holds([fc.array(failure, { minLength: 1, maxLength: 3 })], (failures) => {
    const reasons = failures.map((one) => reasonOf(one, 300_000));
    const full = reasons.map(renderReason);
    const short = renderShortReasons(reasons);
    const total = short.join(', ').length;
    for (const [index, reason] of reasons.entries()) requireOnlyParenthesesCut(reason, short[index] ?? '');
    if (full.join(', ').length <= 300) assert.deepEqual(short, full);
    const fixed = reasons.map((reason) => reason.filter((part) => typeof part === 'string').join(''));
    assert.ok(total <= 300 || total === fixed.join(', ').length);
    for (const text of [...short, ...full]) assert.ok(text.isWellFormed());
  });
});
