// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run kind:e2e`: the checkup on a new kind cluster with KubeVirt, Multus and a bridge that spans two nodes. Builds and loads the
 * image, runs tests/real/cluster.spec.ts, and always deletes the cluster.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CLUSTER, copyKubectl, createCluster, deleteCluster, hasKvm, requireKind } from './kind/cluster.ts';
import { command, type Command } from './kind/commands.ts';
import { collectEvidence } from './kind/evidence.ts';
import { createNetwork, connectWorkers, NAMESPACE, NETWORK, findWorkers } from './kind/network.ts';
import { installOperators, waitForOperators } from './kind/operators.ts';
import { VERSIONS } from './kind/versions.ts';

const HELP = `Runs the checkup on a kind cluster of its own. Needs Linux, Docker and kind ${VERSIONS.kind}.

  --keep           retain the cluster for debugging
  --install-kind   install kind ${VERSIONS.kind} for this run, with Go
  --help           this text
`;
const ROOT = path.join(import.meta.dirname, '..');
const IMAGE = 'kubevirt-vm-latency:e2e';
const PLATFORM = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
const OPERATORS_DEADLINE_MS = 15 * 60_000;
const BRIDGE_DEADLINE_MS = 3 * 60_000;

class Interrupted extends Error {}

interface Run {
  signal: AbortSignal;
  kind: Command;
  docker: Command;
  /** Directory of the files of this run: kubeconfig, kubectl. */
  directory: string;
  artifacts: string;
}

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  console.log(`── ${what}`);
  const result = await work();
  console.log(`── ${what}: ok in ${((performance.now() - start) / 1000).toFixed(1)}s`);
  return result;
}

async function installKind(directory: string, signal: AbortSignal): Promise<string> {
  await command('go', signal)(['install', `sigs.k8s.io/kind@${VERSIONS.kind}`], { env: { GOBIN: directory } });
  return path.join(directory, 'kind');
}

async function runTests(run: Run, kubeconfig: string, kubectl: string, nodes: readonly string[]): Promise<void> {
  const cli = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')),
    'cli.js',
  );
  const env = {
    KUBECONFIG: kubeconfig,
    CLUSTER_KUBECTL: kubectl,
    CLUSTER_IMAGE: IMAGE,
    CLUSTER_NODES: nodes.join(','),
    CLUSTER_NETWORK: `${NAMESPACE}/${NETWORK}`,
    CLUSTER_ARTIFACTS: run.artifacts,
    PLAYWRIGHT_HTML_OUTPUT_DIR: path.join(run.artifacts, 'report'),
    PLAYWRIGHT_HTML_OPEN: 'never',
  };
  const results = path.join(run.artifacts, 'test-results');
  const selection = [
    '-c',
    'tests/playwright.config.ts',
    '--project=cluster',
    '--reporter=list,html',
    '--output',
    results,
  ];
  // The cause of one failure usually affects the next checkup, and under emulation each takes minutes.
  const args = [
    '--import',
    path.join(ROOT, 'reporters/supervision/preload.ts'),
    cli,
    'test',
    ...selection,
    '--max-failures=1',
  ];
  await command(process.execPath, run.signal)(args, { env, cwd: ROOT, shown: true });
}

async function checkOnCluster(run: Run): Promise<void> {
  const { signal, kind, docker, directory } = run;
  let kubectl: Command | undefined;
  try {
    const kubeconfig = await step('cluster', () => createCluster(kind, directory));
    const program = await copyKubectl(docker, directory);
    const cluster = command(program, signal, { KUBECONFIG: kubeconfig });
    kubectl = cluster;
    await step('operators', async () => {
      const useEmulation = !(await hasKvm(docker));
      console.log(`  ${useEmulation ? 'No KVM on the nodes: KubeVirt emulates' : 'KubeVirt uses KVM'}`);
      await installOperators(cluster, { useEmulation });
      await waitForOperators(cluster, { signal, deadlineMs: OPERATORS_DEADLINE_MS });
    });
    const nodes = await step('network', async () => {
      const names = await findWorkers(cluster);
      await connectWorkers(docker, names);
      await createNetwork(cluster, names, { signal, deadlineMs: BRIDGE_DEADLINE_MS });
      await cluster(['config', 'set-context', '--current', `--namespace=${NAMESPACE}`]);
      return names;
    });
    await step('image', async () => {
      // An image with several manifests cannot be loaded: https://github.com/kubernetes-sigs/kind/issues/3795
      const one = ['--load', '--platform', PLATFORM, '--provenance=false'];
      await docker(['build', ...one, '--tag', IMAGE, ROOT], { shown: true });
      const archive = path.join(directory, 'image.tar');
      await docker(['save', '--output', archive, IMAGE]);
      await kind(['load', 'image-archive', archive, '--name', CLUSTER], { shown: true });
    });
    await step('checkups', () => runTests(run, kubeconfig, program, nodes));
  } catch (error) {
    if (!signal.aborted) await collectEvidence(kind, kubectl, run.artifacts);
    throw error;
  }
}

interface Options {
  keep: boolean;
  'install-kind': boolean;
}

async function main(signal: AbortSignal, directory: string, options: Options): Promise<void> {
  const artifacts = path.resolve(process.env['ARTIFACTS_DIR'] || path.join(ROOT, 'artifacts'), 'kind-e2e');
  await rm(artifacts, { recursive: true, force: true });
  await mkdir(artifacts, { recursive: true });
  const program = options['install-kind'] ? await installKind(directory, signal) : 'kind';
  const [kind, docker] = [command(program, signal), command('docker', signal)];
  await step('tools', () => requireKind(kind));
  try {
    await checkOnCluster({ signal, kind, docker, directory, artifacts });
  } finally {
    // The deletion cannot be interrupted.
    if (!options.keep) await step('removal', () => deleteCluster(command(program)));
  }
}

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    'install-kind': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruption.abort(new Interrupted(`interrupted by ${signal}`));
  });
}
if (values.help) console.log(HELP);
else {
  const directory = await mkdtemp(path.join(tmpdir(), 'kind-e2e-'));
  try {
    await main(interruption.signal, directory, values);
    console.log('All checkups on the kind cluster passed.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = interruption.signal.aborted ? 130 : 1;
  }
  if (values.keep) {
    console.log(`The cluster is retained: export KUBECONFIG=${path.join(directory, 'kubeconfig')}`);
    console.log(`Remove it with: kind delete cluster --name ${CLUSTER}`);
  } else await rm(directory, { recursive: true, force: true });
}
