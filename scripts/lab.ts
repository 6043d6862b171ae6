/** `npm run lab`: makes what real guests need, then starts the lab. */
import { ensureGuests } from './guest-image.ts';

const line = process.argv.slice(2).join(' ');
if (!/--guests[ =]scripted|--help|-h\b/.test(line)) await ensureGuests();
await import('../lab/main.ts');
