// SPDX-License-Identifier: Apache-2.0
/** Saves the state of the cluster for debugging after its deletion. A query that fails is only a warning. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from './commands.ts';
import { CLUSTER } from './cluster.ts';

const QUERIES: Record<string, string[]> = {
  'nodes.yaml': ['get', 'nodes', '-o', 'yaml'],
  'vmis.yaml': ['get', 'virtualmachineinstances', '-A', '-o', 'yaml'],
  'pods.txt': ['get', 'pods', '-A', '-o', 'wide'],
  'events.txt': ['get', 'events', '-A', '--sort-by=.lastTimestamp'],
};

export async function collectEvidence(kind: Command, kubectl: Command | undefined, directory: string): Promise<void> {
  if (kubectl) {
    for (const [file, args] of Object.entries(QUERIES)) {
      await warnOnError(file, async () => {
        await writeFile(path.join(directory, file), await kubectl(args));
      });
    }
  }
  await warnOnError("the nodes' logs", async () => {
    await kind(['export', 'logs', '--name', CLUSTER, path.join(directory, 'nodes')]);
  });
}

async function warnOnError(what: string, collect: () => Promise<void>): Promise<void> {
  try {
    await collect();
  } catch (error) {
    console.log(`  warning: no ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
