// SPDX-License-Identifier: Apache-2.0
/** `npm run fix`: corrects everything that needs no decision. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { $ } from 'zx';
import { compareGenerated } from './generated.ts';
import { findMissingHeaders } from './license-headers.ts';

for (const { file, current, expected } of await compareGenerated()) {
  if (current === expected) continue;
  console.log(`Generated ${file}`);
  await writeFile(path.join(import.meta.dirname, '..', file), expected);
}
for (const file of await findMissingHeaders({ write: true })) console.log(`License header of ${file}`);
const run = $({ preferLocal: true, nothrow: true, stdio: 'inherit' });
await run`eslint . --fix`;
await run`prettier --write --log-level warn .`;
