// SPDX-License-Identifier: Apache-2.0
/** `npm run lab`: builds what real guests need, then starts the lab. */
import { ensureGuests } from './guest-image.ts';

const line = process.argv.slice(2).join(' ');
if (!/--guests[ =]scripted|--help|-h\b/.test(line)) await ensureGuests();
const { runLab } = await import('../lab/main.ts');
const { CHECKUP_IMAGE } = await import('./local-image.ts');
// Scripted guests may have pending timers; the process does not wait for them.
process.exit(await runLab(process.argv.slice(2), [CHECKUP_IMAGE]));
