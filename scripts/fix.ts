/** `npm run fix`: what can be put right without thinking. */
import { $ } from 'zx';

const run = $({ preferLocal: true, nothrow: true, stdio: 'inherit' });
await run`eslint . --fix`;
await run`prettier --write --log-level warn .`;
