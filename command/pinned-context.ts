// SPDX-License-Identifier: Apache-2.0
/**
 * Copies the context that is current when the command starts: after a `kubectl config use-context` in another terminal, the rest of the
 * run and its cleanup must not use another cluster.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readKubeconfig } from '../fixtures/cluster/kubeconfig.ts';
import { list, record, strings, type Json } from '../fixtures/cluster/objects.ts';
import { oneLine } from '../model/text.ts';
import { startChild } from './child.ts';

/** Limit of reading the configuration, which needs neither an exec plugin nor a server. */
const LIMITS = { limitMs: 30_000, limitBytes: 16 * 2 ** 20 };

export interface PinnedContext {
  name: string;
  /** The name of its cluster, which contexts of several users and namespaces share. */
  cluster: string;
  /** The configured namespace, or that of the context. */
  namespace: string;
  /** A kubeconfig with only this context and namespace. Only this user may read it, and it is deleted when this process ends. */
  kubeconfig: string;
}

/** @throws Error if there is no kubectl, or no current context */
export async function pinContext(program: string, namespace: string | undefined): Promise<PinnedContext> {
  const view = ['config', 'view', '--minify', '--flatten', '--raw', '-o', 'json'];
  const { status, stdout, stderr } = await startChild([program, ...view], LIMITS).ended;
  if (status === 127 || status === 126) {
    throw new Error(`no kubectl: "${program}" cannot be run; put kubectl on PATH, or name it in KUBECTL`);
  }
  if (status !== 0) throw new Error(`kubectl has no cluster to talk to: ${oneLine(stderr)}`);
  const config = record(JSON.parse(stdout));
  const [context] = list(config['contexts']).map((entry) => record(record(entry)['context']));
  const { namespace: own = '', cluster = '' } = strings(context);
  const where = namespace ?? (own || 'default');
  const name = strings(config)['current-context'] ?? '';
  return {
    name,
    cluster: cluster || name,
    namespace: where,
    kubeconfig: writePrivately({ ...inNamespace(config, where), users: withAbsolutePaths(config['users']) }),
  };
}

function inNamespace(config: Json, namespace: string): Json {
  const contexts = list(config['contexts']).map((entry) => {
    const { name, context } = record(entry);
    return { name, context: { ...record(context), namespace } };
  });
  return { ...config, contexts };
}

/** `kubectl config view` prints `tokenFile` and the command of a plugin as they are, relative to a file that this one replaces. */
function withAbsolutePaths(users: unknown): Json[] {
  const { users: resolved } = readKubeconfig(process.env);
  return list(users).map((item) => {
    const { name, user } = record(item);
    const { tokenFile, exec } = resolved.get(String(name)) ?? {};
    const own = record(user);
    const { command } = record(exec);
    return {
      name,
      user: {
        ...own,
        ...('tokenFile' in own && tokenFile !== undefined && { tokenFile }),
        ...('exec' in own && command !== undefined && { exec: { ...record(own['exec']), command } }),
      },
    };
  });
}

function writePrivately(config: Json): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'kubevirt-vm-latency-'));
  // The file contains credentials: delete it in any case.
  process.once('exit', () => {
    rmSync(directory, { recursive: true, force: true });
  });
  const file = path.join(directory, 'kubeconfig');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
