import { join } from 'node:path';

/** Where the image has the checkup. */
export const IMAGE_HOME = '/opt/kubevirt-vm-latency';

/**
 * What the image runs there. Flags keep memory low where it costs no time, in the runner and (which inherits them) in its worker: a
 * small heap for what is young, one thread of V8's beside the main one.
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

/**
 * The image's environment, for a checkup that stands at `home` and may write to `temporary` and `artifacts`: one arena of the C
 * library's for all threads; what earlier runs left, the runner's translation of its configuration and Node's compiled code; and an
 * npx that has no home to write to and nobody to ask.
 */
export function imageEnvironment(home: string, temporary: string, artifacts: string): Record<string, string> {
  return {
    ARTIFACTS_DIR: artifacts,
    MALLOC_ARENA_MAX: '1',
    PLAYWRIGHT_TRANSFORM_CACHE_DIR: join(home, '.cache/image/translated'),
    NODE_COMPILE_CACHE: join(home, '.cache/image/compiled'),
    npm_config_cache: join(temporary, '.npm'),
    npm_config_logs_max: '0',
    // bash becomes the command it was started for; dash would stay between npx and the checkup, and die of a signal alone.
    npm_config_script_shell: '/bin/bash',
    npm_config_update_notifier: 'false',
  };
}
