// SPDX-License-Identifier: Apache-2.0
/**
 * Text from guests, API servers and users is read in time that grows with its length, not with its square: each function is timed
 * on 1 MiB of each kind of character. A guest that prints such text must not stop the run.
 */
import { textTable } from '../../scripts/text-table.ts';
import { expect, test } from '@playwright/test';
import { parseAddresses, parseLink } from '../../fixtures/addresses/parse-ip.ts';
import { parseRoute } from '../../fixtures/addresses/guest-route.ts';
import { canonicalAddress, parseCidr } from '../../fixtures/addresses/cidr.ts';
import { diagnose } from '../../fixtures/diagnosis/diagnose.ts';
import { parseUnschedulable } from '../../fixtures/diagnosis/scheduling.ts';
import { parseNeighbour } from '../../fixtures/diagnosis/no-reply.ts';
import { EMPTY_SITUATION } from '../../fixtures/diagnosis/situation.ts';
import { failureWords } from '../../fixtures/diagnosis/pod-failure.ts';
import { diagnoseWaitingVmi } from '../../fixtures/diagnosis/waiting-vmi.ts';
import { parseLoginPrompt } from '../../fixtures/guest/login-prompt.ts';
import { hasEnded, parseTranscript } from '../../fixtures/guest/parse-transcript.ts';
import { TextTail } from '../../fixtures/guest/text-tail.ts';
import { parseGoDuration } from '../../fixtures/input/go-duration.ts';
import { imageReference, namespaceName, objectName, objectUid } from '../../model/names.ts';
import { parseFirstReply, parsePing } from '../../fixtures/ping/parse-ping.ts';
import { mendLines, parseReplies } from '../../fixtures/ping/parse-replies.ts';
import { parseSummary } from '../../fixtures/ping/parse-summary.ts';
import { parseNadConfig } from '../../fixtures/prerequisites/nad-config.ts';
import { renderDiagnosis } from '../../model/diagnosis.ts';
import { CheckupError, withoutSecrets } from '../../model/errors.ts';
import { encodeEvent } from '../../model/events.ts';
import { atMostBytes, oneLine, plainText, quoted, stripAnsi, wrapped } from '../../model/text.ts';
import { decodeWait, parseWaitLine } from '../../model/wait-report.ts';
import { LiveView } from '../../reporters/views/live-view.ts';
import { wrapLine } from '../../reporters/views/wrap.ts';

const LENGTH = 2 ** 20;
/** Shorter texts first: a function of quadratic or cubic time fails at once and does not run for hours. */
const SAMPLE_LENGTHS = [2 ** 10, 2 ** 12, 2 ** 14, 2 ** 16];
/** Times the baseline: one pass over 1 MiB that replaces every character by itself. */
const LIMIT_FACTOR = 20;
const SAMPLE_LIMIT_MS = 100;
const REPEATS = 3;
const SHOWN = 15;

const [VMI, MAC, NONCE] = [{ namespace: 'ns', name: 'vm' }, '02:00:00:00:00:01', '1a2b3c4d'];

function showWait(text: string): void {
  const view = new LiveView({ columns: 80, write: () => undefined }, true);
  view.write(`  ...    setup\n  ...    setup            1.0s  waiting for VMI '${text}: x (1.0s)\n`);
  view.settle();
}

const code = (character: number): string => `U+${character.toString(16).toUpperCase().padStart(4, '0')}`;
const range = (from: number, to: number): [name: string, unit: string][] =>
  Array.from({ length: to - from + 1 }, (_, index) => [code(from + index), String.fromCharCode(from + index)]);

/** Repeated units: control characters by number, and starts or parts of patterns that a parser searches. */
const UNITS: readonly (readonly [name: string, unit: string])[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  ...[0x0301, 0x200b, 0x2028, 0x202e, 0xd800, 0xdc00, 0xfeff].map(
    (one) => [code(one), String.fromCharCode(one)] as const,
  ),
  ...['\u001b[', '\u001b]', '\u001b(', '\u009b0', '\u009d\u009b', '\u001b]x', '\r\n', ' \n', 'a ', '\ud83d\ude00'].map(
    (unit) => [quoted(unit), unit] as const,
  ),
  ...[
    ' ',
    '<',
    '<N',
    '[',
    '(',
    '"',
    '`',
    '/',
    '//',
    '1',
    'a',
    ':',
    ',',
    '.',
    '\\',
    '{',
    '@',
    '-',
    ' (a)',
    '<NO-CARRIER',
  ].map((unit) => [quoted(unit), unit] as const),
  ...['"Bearer ', '1: ', ' [1.000000] ', ', 1 ', '\n1', 'END', '64 bytes from ', 'login: ', '# '].map(
    (unit) => [quoted(unit), unit] as const,
  ),
];

const outcomeOf = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    return error;
  }
};

const conditions = (message: string): unknown =>
  [
    { type: 'Synchronized', status: 'False', reason: 'FailedCreate', message: `violates PodSecurity "${message}` },
    {
      type: 'Synchronized',
      status: 'False',
      reason: 'FailedCreate',
      message: `maximum ${message} usage per ${message}`,
    },
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: `0/2 nodes are available: 1 ${message}`,
    },
    { type: 'Synchronized', status: 'False', reason: 'ErrImagePull', message: `image "${message}` },
  ].map((condition) => diagnoseWaitingVmi([condition], VMI, EMPTY_SITUATION));

const guest = (text: string): unknown => {
  const path = { family: 'ipv4', from: VMI, to: VMI, fromAddress: '10.0.0.1', toAddress: '10.0.0.2' } as const;
  const views = [{ vmi: VMI, neighbours: `10.0.0.2 dev eth0 ${text}`, interfaces: `2: eth0: <${text}`, probes: [] }];
  const error = new CheckupError('NoConnectivity', 'no reply', { clues: [{ kind: 'no-reply', path }] });
  return diagnose(error, { ...EMPTY_SITUATION, guests: views });
};

/** Each function with the plain text, and with the text inside a form that it does not refuse at once. */
const FUNCTIONS: readonly (readonly [name: string, call: (text: string) => unknown])[] = [
  ['stripAnsi', stripAnsi],
  ['oneLine', (text) => oneLine(text)],
  ['oneLine, unlimited', (text) => oneLine(text, Infinity)],
  ['plainText', plainText],
  ['quoted', (text) => quoted(text)],
  ['wrapped', (text) => wrapped(text, 110)],
  ['atMostBytes', (text) => atMostBytes(text, 4096)],
  ['withoutSecrets', (text) => withoutSecrets(`https://${text}`)],
  ['CheckupError', (text) => new CheckupError('Internal', text)],
  ['encodeEvent', (text) => encodeEvent({ type: 'warning', message: text })],
  ['parseWaitLine', (text) => parseWaitLine(`  ...    setup 1.0s  waiting for ${text}`)],
  ['wrapLine', (text) => wrapLine(`  label   ${text}: kubectl ${text}`, 80)],
  ['LiveView', showWait],
  ['decodeWait', (text) => decodeWait(`checkup-wait ${text}`)],
  ['parseTranscript', (text) => parseTranscript(`BEG${NONCE}\n${text}`, NONCE)],
  ['parseLoginPrompt', parseLoginPrompt],
  ['parseRoute', (text) => parseRoute(`2: eth0    inet ${text}\n${text}`, 0, '10.0.0.1')],
  ['hasEnded', (text) => hasEnded(text, NONCE)],
  ['parseLink', (text) => parseLink(`1: ${text}: <${text}> mtu 1500 link/ether ${MAC} `, MAC)],
  ['parseLink, no flags', (text) => parseLink(`1: ${text} link/ether ${MAC} `, MAC)],
  ['parseLink, no MTU', (text) => parseLink(`1: eth0: <UP> ${text} link/ether ${MAC} `, MAC)],
  ['parseAddresses', (text) => parseAddresses(`2: eth0    inet 10.0.0.1/8 ${text}`, 'eth0')],
  ['parseAddresses, no address', (text) => parseAddresses(`2: ${text} inet ${text}`, 'eth0')],
  ['parseCidr', parseCidr],
  ['canonicalAddress', canonicalAddress],
  ['parseNeighbour', (text) => parseNeighbour(`10.0.0.1 dev eth0 lladdr ${text}`, '10.0.0.1')],
  ['diagnose, silence', guest],
  ['diagnose, VMI', conditions],
  ['failureWords', (text) => failureWords(`failed (add): ${text}`)],
  ['parseUnschedulable', (text) => parseUnschedulable(`0/2 nodes are available: 1 ${text}`)],
  [
    'renderDiagnosis',
    (text) => renderDiagnosis({ id: 'no-uplink', summary: text, meaning: '', evidence: [text], next: [] }),
  ],
  ['mendLines', mendLines],
  ['mendLines, kernel message', (text) => mendLines(`64 bytes [1.000000] ${text}`)],
  ['parseReplies', parseReplies],
  ['parseReplies, one reply', (text) => parseReplies(`64 bytes from ${text}: icmp_seq=1 ttl=64 time=1.0 ms${text}`)],
  ['parseSummary', (text) => outcomeOf(() => parseSummary(text))],
  ['parseSummary, counts', (text) => outcomeOf(() => parseSummary(`5 packets transmitted, 5 received${text}`))],
  ['parsePing', (text) => outcomeOf(() => parsePing(text, 1000))],
  ['parseFirstReply', (text) => outcomeOf(() => parseFirstReply(text, 1000))],
  ['parseNadConfig', (text) => outcomeOf(() => parseNadConfig(`{"type":"${text}`))],
  ['parseGoDuration', parseGoDuration],
  ['names', (text) => [namespaceName(text), objectName(text), imageReference(text), objectUid(text)]],
];

/** Returns the CPU time of this thread: other processes hardly change it. */
function elapsedMs(call: () => unknown): number {
  const before = process.threadCpuUsage();
  call();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

/** Returns the shortest of several times, to exclude garbage collection and the load of other processes. */
function fastestMs(call: () => unknown, limitMs: number): number {
  let fastest = Infinity;
  for (let run = 0; run < REPEATS && (run === 0 || fastest > limitMs); run += 1) {
    fastest = Math.min(fastest, elapsedMs(call));
  }
  return fastest;
}

function textOf(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

interface Timing {
  readonly name: string;
  readonly unit: string;
  readonly length: number;
  readonly ms: number;
  readonly limitMs: number;
}

/** Returns the timings of all functions for one kind of character. */
function timingsOf([name, unit]: readonly [string, string], limitMs: number): Timing[] {
  const samples = SAMPLE_LENGTHS.map((length) => textOf(unit, length));
  const whole = textOf(unit, LENGTH);
  return FUNCTIONS.map(([called, call]) => {
    const timing = (text: string, limit: number): Timing => {
      return { name: called, unit: name, length: text.length, ms: fastestMs(() => call(text), limit), limitMs: limit };
    };
    for (const text of samples) {
      const tried = timing(text, SAMPLE_LIMIT_MS);
      if (tried.ms > SAMPLE_LIMIT_MS) return tried;
    }
    return timing(whole, limitMs);
  });
}

function table(timings: readonly Timing[]): string {
  const rows = timings.map(({ name, unit, length, ms }) => [ms.toFixed(1), name, unit, String(length)]);
  return textTable([['ms', 'function', 'character', 'length'], ...rows]);
}

test(
  'every function over untrusted text takes linear time on 1 MiB of each character',
  { tag: '@slow' },
  async ({}, testInfo) => {
    const baselines = ['a', ' ', '\u009d'].map((unit) => {
      const text = textOf(unit, LENGTH);
      return elapsedMs(() => text.replace(/[^]/gu, (character) => character));
    });
    const limitMs = LIMIT_FACTOR * Math.max(...baselines);
    const timings = UNITS.flatMap((unit) => timingsOf(unit, limitMs)).sort((a, b) => b.ms - a.ms);
    await testInfo.attach('timings.txt', { body: table(timings) });
    console.log(`${timings.length} timings, the ${SHOWN} slowest:\n${table(timings.slice(0, SHOWN))}`);
    expect(timings.filter(({ ms, limitMs }) => ms > limitMs)).toEqual([]);
  },
);

test('the end of a console that comes in frames of one byte takes linear time', { tag: '@slow' }, () => {
  const tail = new TextTail(2 ** 16);
  const ms = elapsedMs(() => {
    for (let byte = 0; byte < LENGTH; byte += 1) tail.append('\u009d');
  });
  expect(tail.text).toHaveLength(2 ** 16);
  expect(ms).toBeLessThan(2000);
});

test('a line of output that comes in chunks of one byte takes linear time', { tag: '@slow' }, () => {
  const length = 2 ** 18;
  let written = 0;
  const output = { columns: 80, write: (text: string) => (written += text.length) };
  const view = new LiveView(output, false);
  const ms = elapsedMs(() => {
    for (let byte = 0; byte < length; byte += 1) view.write('x');
    view.write('\n');
  });
  expect(written).toBe(length + 1);
  expect(ms).toBeLessThan(2000);
});
