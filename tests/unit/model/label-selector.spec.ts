// SPDX-License-Identifier: Apache-2.0
/** The cases of k8s.io/apimachinery/pkg/labels, and what they select. */
import { expect, test } from '@playwright/test';
import { matchesLabels, parseLabelSelector } from '../../../model/label-selector.ts';

const LABELS = { zone: 'a', 'example.com/disk': 'ssd', cores: '16', empty: '' };

for (const [selector, selected] of [
  ['zone=a', true],
  ['zone==a', true],
  ['zone = a', true],
  ['zone=b', false],
  ['zone!=a', false],
  ['zone!=b', true],
  ['other!=b', true],
  ['other=b', false],
  ['zone', true],
  ['other', false],
  ['!zone', false],
  ['! other', true],
  ['zone in (a,b)', true],
  ['zone in ( b , c )', false],
  ['zone notin (b,c)', true],
  ['zone notin (a)', false],
  ['other notin (a)', true],
  ['empty=', true],
  ['empty in (,x)', true],
  ['zone=', false],
  ['other=', false],
  ['empty', true],
  ['cores>8', true],
  ['cores > 16', false],
  ['cores<17', true],
  ['zone>1', false],
  ['other<1', false],
  ['example.com/disk=ssd,zone in (a)', true],
  ['zone=a,other', false],
  ['in', false],
  ['zone,notin in (x)', false],
  ['constructor', false],
] as const) {
  test(`"${selector}" ${selected ? 'selects' : 'does not select'} the labels`, () => {
    const parsed = parseLabelSelector(selector);
    expect(parsed).toBeDefined();
    expect(matchesLabels(parsed ?? [], LABELS)).toBe(selected);
  });
}

for (const wrong of [
  '',
  ' ',
  ',',
  'a,',
  ',a',
  'a,,b',
  'a b',
  'a=b c',
  'a===b',
  'a!b',
  '!a=b',
  '!',
  '!!a',
  '=a',
  'a in',
  'a in b',
  'a in ()',
  'a in (b',
  'a in (b c)',
  'a in (b))',
  'a in ((b))',
  'a>',
  'a>b',
  'a>1.5',
  'a=b=c',
  'a/b/c=d',
  '/a=b',
  'A.Com/a=b',
  'a/=b',
  '-a=b',
  'a=-b',
  'a=b/c',
  `a=${'b'.repeat(64)}`,
  `${'a'.repeat(64)}=b`,
  `${'a.'.repeat(127)}/b`,
]) {
  test(`"${wrong.slice(0, 20)}" is no selector`, () => {
    expect(parseLabelSelector(wrong)).toBeUndefined();
  });
}
