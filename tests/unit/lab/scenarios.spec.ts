/** The named faults: what they are called, and what the documents say of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { optionsOf, SCENARIOS } from '../../../lab/faults/scenarios.ts';

const README = path.join(import.meta.dirname, '..', '..', '..', 'lab', 'README.md');

test('each has a name of its own, and does something', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, options, begin } of SCENARIOS) expect(options ?? begin, name).toBeDefined();
});

test("the lab's README has the same table", () => {
  const [, section = ''] = readFileSync(README, 'utf8').split('\n## Faults\n');
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('| `'));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells).toEqual(
    SCENARIOS.map(({ name, area, passes, description }) => [`\`${name}\``, area, passes ? 'yes' : 'no', description]),
  );
});

test('several at once: lists are joined, quirks put together', () => {
  const named = (name: string) => SCENARIOS.filter((scenario) => scenario.name === name);
  const chosen = ['login-torn', 'echo-wrapped', 'image-pull', 'vmi-unschedulable', 'delete-hangs'].flatMap(named);
  expect(optionsOf(chosen)).toMatchObject({
    guestQuirks: { tornPrompt: true, wrapAt: 80 },
    unpullableImages: [expect.stringContaining('container-disk')],
    objects: [{ kind: 'NetworkAttachmentDefinition' }],
    holdDeletedVmis: true,
  });
  expect(optionsOf([])).toEqual({});
});
