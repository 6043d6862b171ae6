// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { findMissingHeaders, withHeader } from '../../../scripts/license-headers.ts';

test('each source file begins with its license', async () => {
  expect(await findMissingHeaders(), 'npm run fix adds it').toEqual([]);
});

for (const [file, text, expected] of [
  ['a.ts', 'export {};\n', '// SPDX-License-Identifier: Apache-2.0\nexport {};\n'],
  ['a.css', 'a {}\n', '/* SPDX-License-Identifier: Apache-2.0 */\na {}\n'],
  ['b/Dockerfile', 'FROM x\n', '# SPDX-License-Identifier: Apache-2.0\nFROM x\n'],
  ['run', '#!/bin/sh\nset -e\n', '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\nset -e\n'],
  ['a.cjs', '#!/usr/bin/env node\n1;\n', '#!/usr/bin/env node\n// SPDX-License-Identifier: Apache-2.0\n1;\n'],
  ['a.json', '{}\n', '{}\n'],
] as const) {
  test(`${file} gets its header once, after a line "#!"`, () => {
    expect(withHeader(file, text)).toBe(expected);
    expect(withHeader(file, expected)).toBe(expected);
  });
}
