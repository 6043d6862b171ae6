// SPDX-License-Identifier: Apache-2.0
/** Parameters of a sample and its limits. */
import { MEBIBYTE, parameterInputs, pattern, type HostileInput } from './hostile-input.ts';

const DURATION = 'spec.param.sampleDurationSeconds';
const given = (seconds: string): { configMap: Record<string, string> } => ({ configMap: { [DURATION]: seconds } });
const interval = (expected: string): RegExp =>
  new RegExp(
    `^"(SAMPLE_INTERVAL_MILLISECONDS|sampleIntervalMilliseconds|sample_interval_milliseconds)" parameter is invalid: "\\d+": expected ${pattern(expected)}$`,
  );

const intervals = parameterInputs('sampleIntervalMilliseconds', 'whole milliseconds from 1 to 60000', [
  ['range', 'zero', '0'],
  ['range', 'one too many', '60001'],
  ['range', 'eight digits', '00000100'],
  ['range', 'more than a number holds', '9'.repeat(400)],
  ['sign', 'negative', '-100'],
  ['sign', 'plus', '+100'],
  ['notation', 'a fraction', '0.5'],
  ['notation', 'an exponent', '1e2'],
  ['notation', 'hexadecimal', '0x64'],
  ['notation', 'a unit', '100ms'],
  ['notation', 'grouped', '1,000'],
  ['not a number', 'NaN', 'NaN'],
  ['not a number', 'a word', 'flood'],
  ['two values', 'a range', '100-200'],
  ['digits', 'fullwidth', '\uff11\uff10\uff10'],
  ['invisible', 'a zero-width space', '100\u200b'],
  ['control', 'NUL', '100\u0000', { at: 'camelCase' }],
  ['shell', 'an option of ping', '100 -f'],
  ['shell', 'a second command', '100;reboot'],
  ['size', '1 MiB of digits', '1'.repeat(MEBIBYTE), { at: 'camelCase' }],
  [
    ...(['with the duration', 'longer than the sample', '1001'] as const),
    { ...given('1'), refused: interval('at most 1000, no longer than "sampleDurationSeconds" "1"') },
  ],
  [
    ...(['with the duration', 'longer than the usual sample', '5001'] as const),
    { refused: interval('at most 5000, no longer than "sampleDurationSeconds" (by default 5)') },
  ],
  [
    ...(['with the duration', 'a ping too many', '1'] as const),
    {
      ...given('101'),
      refused: interval('at least 2 with "sampleDurationSeconds" "101": a sample has at most 100000 pings'),
    },
  ],
  ['unusual but valid', 'as long as the sample', '1000', { ...given('1'), accepted: 1000 }],
  ['unusual but valid', 'as many pings as there may be', '1', { ...given('100'), accepted: 1 }],
  ['unusual but valid', 'leading zeros', '0000010', { accepted: 10 }],
  ['blank', 'a tab', '\t', { accepted: 100 }],
]);

const packetSizes = parameterInputs('packetSizeBytes', 'whole bytes of ICMP payload from 16 to 65507', [
  ['range', 'no room for a time stamp', '15'],
  ['range', 'zero', '0'],
  ['range', 'one too many', '65508'],
  ['range', 'more than a number holds', `1${'0'.repeat(310)}`],
  ['sign', 'negative', '-56'],
  ['sign', 'a minus that is none', '\u221256'],
  ['notation', 'a decimal point', '56.0'],
  ['notation', 'an exponent', '1e3'],
  ['notation', 'hexadecimal', '0x40'],
  ['notation', 'a unit', '1400B'],
  ['notation', 'a quantity', '1Ki'],
  ['not a number', 'Infinity', 'Infinity'],
  ['not a number', 'a word', 'jumbo'],
  ['two values', 'a list', '56,1400'],
  ['digits', 'Arabic', '\u0665\u0666'],
  ['invisible', 'a word joiner', '5\u20606'],
  ['shell', 'an option of ping', '56 -M do'],
  ['shell', 'command substitution', '$(reboot)'],
  ['yaml', 'a tag', '!!int 56'],
  ['blank', 'nothing at all', '', { accepted: 56 }],
  ['unusual but valid', 'the smallest', '16', { accepted: 16 }],
  ['unusual but valid', 'the biggest, and spaces', ' 65507 ', { accepted: 65_507 }],
]);

const losses = parameterInputs('maxPacketLossPercent', 'a decimal percentage from 0 to 100 with at most 3 places', [
  ['sign', 'negative', '-1'],
  ['sign', 'negative zero', '-0'],
  ['sign', 'plus', '+1'],
  ['range', 'just too much', '100.001'],
  ['range', 'a permille', '1000'],
  ['range', 'more than a number holds', '9'.repeat(400)],
  ['notation', 'four places', '0.0001'],
  ['notation', 'a percent sign', '5%'],
  ['notation', 'a decimal comma', '0,5'],
  ['notation', 'an exponent', '1e1'],
  ['notation', 'a fraction', '1/20'],
  ['notation', 'a point alone', '.'],
  ['notation', 'two points', '1.0.0'],
  ['not a number', 'NaN', 'NaN'],
  ['not a number', 'no limit, in words', 'none'],
  ['digits', 'a vulgar fraction', '\u00bd'],
  ['digits', 'a permille sign', '5\u2030'],
  ['control', 'a backspace', '10\b0'],
  ['json', 'a list', '[5]'],
  ['blank', 'spaces', '  ', { accepted: undefined }],
  ['unusual but valid', 'zero is a limit', '0', { accepted: 0 }],
  ['unusual but valid', 'zero, with three places', '0.000', { accepted: 0 }],
  ['unusual but valid', 'all of it', '100.000', { accepted: 100 }],
  ['unusual but valid', 'a point first', '.5', { accepted: 0.5 }],
  ['unusual but valid', 'a point last', '2.', { accepted: 2 }],
  ['unusual but valid', 'a thousandth', '00.001', { accepted: 0.001 }],
]);

const LIMIT = { configMap: { 'spec.param.maxDesiredLatencyMilliseconds': '10' } };

const statistics = parameterInputs('latencyStatistic', '"max", "avg", "p50", "p90", "p95" or "p99"', [
  ['spelling', 'upper case', 'MAX'],
  ['spelling', 'a capital', 'P99'],
  ['spelling', 'in full', 'maximum'],
  ['spelling', 'another word for it', 'mean'],
  ['spelling', 'another word for p50', 'median'],
  ['spelling', 'an ordinal', '99th'],
  ['spelling', 'another percentile', 'p75'],
  ['spelling', 'a finer percentile', 'p99.9'],
  ['notation', 'a number', '99'],
  ['two values', 'a list', 'max,avg'],
  ['objects', 'a key of every list', 'length'],
  ['objects', 'a key of every object', '__proto__'],
  ['letters', 'a Cyrillic letter', 'm\u0430x'],
  ['letters', 'a fullwidth digit', 'p\uff19\uff19'],
  ['invisible', 'a soft hyphen', 'm\u00adax'],
  ['quotes', 'in quotes', '"max"'],
  ['json', 'null', 'null'],
  ['blank', 'nothing at all', '', { accepted: 'max' }],
  ['unusual but valid', 'a line feed', 'p99\n', { ...LIMIT, accepted: 'p99' }],
  ['unusual but valid', 'without a limit', 'avg', { accepted: 'avg' }],
]);

export const SAMPLING: readonly HostileInput[] = [...intervals, ...packetSizes, ...losses, ...statistics];
