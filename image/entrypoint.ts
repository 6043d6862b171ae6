// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

/** The directory of the checkup in the image. */
export const IMAGE_HOME = '/opt/kubevirt-vm-latency';

/**
 * The command of the image. Its flags save memory without costing time, in the runner and in its worker, which inherits them: a small
 * heap for young objects, and one V8 thread in addition to the main one.
 */
export const IMAGE_ENTRYPOINT = [
  'node',
  '--max-semi-space-size=1',
  '--v8-pool-size=1',
  '--import',
  './reporters/supervision/preload.ts',
  'node_modules/@playwright/test/cli.js',
  'test',
];

/** STOPSIGNAL of the image: Kubernetes and docker stop send it instead of SIGTERM. */
export const IMAGE_STOP_SIGNAL = 'SIGINT';

/**
 * Returns the image's environment, for a checkup in `home` that may write to `temporary` and `artifacts`: one malloc arena for all
 * threads, the translation cache of Playwright and the compile cache of Node, and an npx without a home directory and prompts.
 */
export function imageEnvironment(home: string, temporary: string, artifacts: string): Record<string, string> {
  return {
    ARTIFACTS_DIR: artifacts,
    MALLOC_ARENA_MAX: '1',
    PLAYWRIGHT_TRANSFORM_CACHE_DIR: join(home, '.cache/image/translated'),
    NODE_COMPILE_CACHE: join(home, '.cache/image/compiled'),
    npm_config_cache: join(temporary, '.npm'),
    npm_config_logs_max: '0',
    // bash executes the command in its own process; dash would stay between npx and the checkup, and a signal would only end dash.
    npm_config_script_shell: '/bin/bash',
    npm_config_update_notifier: 'false',
  };
}
