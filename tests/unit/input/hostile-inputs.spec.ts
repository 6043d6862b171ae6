// SPDX-License-Identifier: Apache-2.0
/** Every hostile input is parsed or reported with a clear message, in a short time and without other errors. */
import { expect, test } from '@playwright/test';
import { configMapRef } from '../../../fixtures/input/configmap-ref.ts';
import { PARAMETER_NAMES, pickResolved, resultRows } from '../../../model/parameters.ts';
import { parseInput } from '../../../fixtures/input/parse-input.ts';
import { ownerPod } from '../../../fixtures/input/pod.ts';
import { findValues } from '../../../fixtures/input/sources.ts';
import { parseNadConfig } from '../../../fixtures/prerequisites/nad-config.ts';
import { CheckupError } from '../../../model/errors.ts';
import type { HostileInput } from '../../support/hostile/hostile-input.ts';
import { HOSTILE_INPUTS } from '../../support/hostile/inputs.ts';

const ENVIRONMENT = { CONFIGMAP_NAMESPACE: 'latency', CONFIGMAP_NAME: 'config' };
const DATA = {
  'spec.timeout': '5m',
  'spec.param.networkAttachmentDefinitionNamespace': 'latency',
  'spec.param.networkAttachmentDefinitionName': 'blue',
};
/** CPU time of one input. */
const LIMIT_MS = 2000;
const PARAMETERS = [
  ...PARAMETER_NAMES,
  'spec.timeout',
  'CONFIGMAP_NAMESPACE',
  'CONFIGMAP_NAME',
  'POD_NAME',
  'POD_UID',
  'NAD spec.config',
];

/** Returns the parsed value of the parameter. */
function understood({ parameter, nad, ...input }: HostileInput): unknown {
  if (nad !== undefined) {
    const { plugins, binding } = parseNadConfig(nad);
    return { plugins, binding };
  }
  const environment = { ...ENVIRONMENT, ...input.environment };
  const ref = configMapRef(environment);
  const entries = Object.entries<string | undefined>({ ...DATA, ...input.configMap });
  const data = Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const parsed = parseInput(environment, data, ref.olderLauncher);
  const results: Readonly<Record<string, unknown>> = pickResolved(parsed);
  const values: Record<string, unknown> = {
    ...Object.fromEntries(resultRows().map(({ name, member }) => [name, results[member]])),
    CONFIGMAP_NAMESPACE: ref,
    CONFIGMAP_NAME: ref,
    POD_NAME: ownerPod(environment),
    POD_UID: ownerPod(environment),
    networkAttachmentDefinitionNamespace: parsed.network.namespace,
    networkAttachmentDefinitionName: parsed.network.name,
    networkAttachmentDefinitions: parsed.networks,
    sourceAddress: parsed.fixedAddresses.source,
    targetAddress: parsed.fixedAddresses.target,
    vmContainerDiskImage: parsed.containerDiskImage,
    vmContainerDiskImagePullSecret: parsed.containerDiskPullSecret,
    'spec.timeout': parsed.timeoutMs,
    overwriteResults: findValues(environment, data).values.get('overwriteResults')?.value,
  };
  expect(values).toHaveProperty([parameter]);
  return values[parameter];
}

function complaints(error: unknown): readonly string[] {
  if (error instanceof CheckupError && error.code === 'InputInvalid') return error.details;
  if (error instanceof SyntaxError) return [error.message];
  throw error;
}

/** Expects the value in the message: a plain one unchanged, parts of any other. */
function expectShown(complaint: string, value: string): void {
  const seen = value.trim();
  if (/^[ -~]{1,40}$/.test(seen)) {
    expect(complaint).toContain(
      JSON.stringify(seen)
        .slice(1, -1)
        .replace(/<(?=[a-z/])/gi, '&lt;'),
    );
  }
  if (seen.length > 100) {
    expect(complaint).toContain(`(${seen.length} characters)`);
    expect(complaint).toContain(`"${seen.slice(0, 20)}`);
  }
  const invisible = /[\p{Cf}\p{Cc}]/gu;
  for (const [character] of seen.slice(0, 40).matchAll(invisible)) {
    expect(complaint).toMatch(new RegExp(`\\\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}|\\\\[bnrt]`));
  }
}

for (const input of HOSTILE_INPUTS) {
  const { parameter, class: kind, what, value, expected } = input;
  test(`${parameter}: ${kind}: ${what}`, () => {
    const start = process.cpuUsage();
    let reported: readonly string[] | undefined;
    let accepted: unknown;
    try {
      accepted = understood(input);
    } catch (error) {
      reported = complaints(error);
    }
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(LIMIT_MS);
    if ('accepted' in expected) {
      expect(reported).toBeUndefined();
      expect(accepted).toEqual(expected.accepted);
      return;
    }
    expect(reported).toEqual([expect.stringMatching(expected.refused)]);
    const [complaint = ''] = reported ?? [];
    expect(complaint).not.toMatch(/\p{C}/u);
    // Markup is removed when it becomes part of an error message.
    if (input.nad === undefined) expect(complaint).not.toMatch(/<[a-z/!?]/i);
    expect(complaint.length).toBeLessThan(900);
    if (input.nad === undefined && !complaint.includes('missing')) expectShown(complaint, value);
  });
}

test('the table has enough inputs, all different', () => {
  expect(HOSTILE_INPUTS.length).toBeGreaterThanOrEqual(200);
  const kinds = HOSTILE_INPUTS.map(({ parameter, class: kind, what }) => `${parameter}: ${kind}: ${what}`);
  const given = HOSTILE_INPUTS.map(({ parameter, environment, configMap, nad }) =>
    JSON.stringify([parameter, environment, configMap, nad]),
  );
  expect([new Set(kinds).size, new Set(given).size]).toEqual([HOSTILE_INPUTS.length, HOSTILE_INPUTS.length]);
  const counts = new Map(PARAMETERS.map((parameter) => [parameter, 0]));
  for (const { parameter } of HOSTILE_INPUTS) counts.set(parameter, (counts.get(parameter) ?? 0) + 1);
  expect([...counts.keys()]).toEqual(PARAMETERS);
  const scarce = [...counts].filter(([, count]) => count < 8);
  expect(scarce, 'parameters with fewer than 8 hostile inputs').toEqual([]);
  console.log(table());
});

/** Returns the number of inputs by parameter and class. */
function table(): string {
  const rows = PARAMETERS.map((parameter) => {
    const own = HOSTILE_INPUTS.filter((input) => input.parameter === parameter);
    const classes = [...new Set(own.map((input) => input.class))];
    const counts = classes.map((kind) => `${kind} ${own.filter((input) => input.class === kind).length}`);
    return `${parameter.padEnd(37)} ${String(own.length).padStart(4)}  ${counts.join(', ')}`;
  });
  return [...rows, `${'all'.padEnd(37)} ${String(HOSTILE_INPUTS.length).padStart(4)}`].join('\n');
}
