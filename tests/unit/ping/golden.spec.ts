// SPDX-License-Identifier: Apache-2.0
/** Recorded output of ping and its expected result: test-data/golden/ping, where each .yaml shows its arithmetic. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { parse } from 'yaml';
import { parseFirstReply, parsePing } from '../../../fixtures/ping/parse-ping.ts';

interface Expected {
  intervalMs: number;
  /** The result of parsePing, or its error message. */
  sample?: { readonly latency?: Readonly<Record<string, number>> };
  refused?: string;
  /** The result of parseFirstReply; absent without a reply, or if it throws as parsePing does. */
  firstReplyNs?: number;
}

const FOLDER = path.join(import.meta.dirname, '..', '..', '..', 'test-data', 'golden', 'ping');
/**
 * The .yaml that names every member of LATENCY that its sample has, so that a new statistic must be added there only.
 * p99.9, which needs 1,000 replies, is in parse-ping.spec.ts.
 */
const COMPLETE = 'iputils-ipv4';
const names = (extension: string): string[] =>
  readdirSync(FOLDER)
    .filter((file) => path.extname(file) === extension)
    .map((file) => path.basename(file, extension))
    .sort();
const NAMES = names('.txt');

test('every transcript has an expected result, and every expected result a transcript', () => {
  expect(names('.yaml')).toEqual(NAMES);
  expect(readdirSync(FOLDER)).toHaveLength(2 * NAMES.length);
  expect(NAMES.length).toBeGreaterThanOrEqual(14);
  expect(NAMES).toContain(COMPLETE);
});

async function golden(name: string): Promise<{ text: string; expected: Expected }> {
  const text = await readFile(path.join(FOLDER, `${name}.txt`), 'utf8');
  const expected = parse(await readFile(path.join(FOLDER, `${name}.yaml`), 'utf8')) as Expected;
  expect([expected.sample, expected.refused].filter((answer) => answer !== undefined)).toHaveLength(1);
  return { text, expected };
}

function answer(read: () => unknown): { sample?: unknown; refused?: string } {
  try {
    return { sample: read() };
  } catch (error) {
    expect(error).toMatchObject({ code: 'MeasurementFailed' });
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** Returns what the sample must equal: of its latency, only the members that the .yaml names, except for `COMPLETE`. */
function asserted(name: string, sample: Expected['sample']): unknown {
  if (sample?.latency === undefined || name === COMPLETE) return sample;
  expect(Object.keys(sample.latency)).toEqual(expect.arrayContaining(['minNs', 'avgNs', 'maxNs']));
  return { ...sample, latency: expect.objectContaining(sample.latency) as unknown };
}

for (const name of NAMES) {
  test(`reads ${name}`, async () => {
    const { text, expected } = await golden(name);
    const { intervalMs, sample, refused, firstReplyNs } = expected;
    const whole = answer(() => parsePing(text, intervalMs).sample);
    expect(whole).toEqual(refused === undefined ? { sample: asserted(name, sample) } : { refused });
    const first = answer(() => parseFirstReply(text, intervalMs));
    expect(first).toEqual(first.refused === undefined ? { sample: firstReplyNs } : { refused });
  });
}
