// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { STYLESHEET } from '../../../fixtures/charts/stylesheet.ts';

/** Returns the fill or stroke colour of each class. */
function coloursOf(rules: string): Map<string, string> {
  return new Map(
    [...rules.matchAll(/\.rtt-chart \.(\w+)\{(?:fill|stroke):(#[0-9a-f]{6})\}/g)].map(([, kind = '', colour = '']) => [
      kind,
      colour,
    ]),
  );
}

/** Returns the relative luminance as defined by WCAG 2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const [light = '', dark = ''] = STYLESHEET.split('@media (prefers-color-scheme:dark)');

for (const [look, rules] of [
  ['light', light],
  ['dark', dark],
] as const) {
  const colours = coloursOf(rules);
  const onGround = (kind: string): number => contrast(colours.get(kind) ?? '', colours.get('ground') ?? '');

  // 4.5 for text and 3 for what must be seen to understand a picture: WCAG 2.2, 1.4.3 and 1.4.11.
  for (const [least, kinds] of [
    [4.5, ['ink', 'quiet', 'lostText', 'limitText']],
    [3, ['bar', 'above', 'dot', 'median', 'lost', 'mark', 'limit']],
  ] as const) {
    for (const kind of kinds) {
      test(`with ${look}, ${kind} has enough contrast with the background`, () => {
        expect(onGround(kind)).toBeGreaterThanOrEqual(least);
      });
    }
  }

  test(`with ${look}, a percentile has enough contrast with the bars it crosses`, () => {
    expect(contrast(colours.get('mark') ?? '', colours.get('bar') ?? '')).toBeGreaterThanOrEqual(2);
  });

  test(`with ${look}, the halo of a label has the background colour`, () => {
    expect(colours.get('halo')).toBe(colours.get('ground'));
  });
}

test('every class has a colour in both schemes', () => {
  expect([...coloursOf(dark).keys()]).toEqual([...coloursOf(light).keys()]);
});
