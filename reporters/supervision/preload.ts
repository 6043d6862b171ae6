// SPDX-License-Identifier: Apache-2.0
/**
 * Loaded before Playwright itself (`node --import ./reporters/supervision/preload.ts …`), so that a signal in the first half second of a
 * run is not lost: the configuration is read late. It also chooses where Playwright keeps translated code, which Playwright
 * reads when it is loaded. In a worker, and in npm's own processes, it does nothing.
 */
import { ownSignals } from './interruption.ts';
import { usePrivateTranslationCache } from './translation-cache.ts';

const isRunner = process.send === undefined && /[/\\](playwright|cli\.js)$/.test(process.argv[1] ?? '');

if (isRunner) {
  ownSignals();
  usePrivateTranslationCache();
}
