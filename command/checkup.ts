// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run checkup -- --network NAMESPACE/NAME`, and the command of the npm package: runs one checkup on the cluster of the current
 * kubectl context. Applies the permissions, prints the result, and deletes everything it created.
 */
import path from 'node:path';
import { list, strings } from '../fixtures/cluster/objects.ts';
import { isolationWarning } from '../fixtures/prerequisites/namespace-isolation.ts';
import { showLive } from '../reporters/views/live-view.ts';
import { screenOf } from '../reporters/views/screen.ts';
import { Log } from './checkup-result.ts';
import { Interruption } from './interruption.ts';
import { JobRun } from './job-run.ts';
import { findKubectl, type Kubectl } from './kubectl.ts';
import { runLocally } from './local-run.ts';
import { HELP, parseOptions, UsageError, type Options } from './options.ts';
import { createRunDirectory, removeEmptyDirectory } from './run-directory.ts';
import { CHECKUP } from './started-by.ts';
import { makePlan, objectsOf, renderYaml, type Plan } from './plan.ts';
import { savedHistory } from './saved-runs.ts';
import { showHistory } from './show-history.ts';

async function checkup(options: Options): Promise<number> {
  for (const warning of options.warnings) console.error(`warning: ${warning}`);
  const kubectl = await findKubectl(process.env['KUBECTL'], options.namespace);
  const plan = makePlan(options, kubectl.namespace);
  if (options.dryRun) {
    console.log(renderYaml(objectsOf(plan, options.local)));
    return 0;
  }
  const log = new Log(showLive(screenOf(process.env)));
  console.log(`Cluster: context ${kubectl.context}, namespace ${kubectl.namespace}`);
  await warnOfIsolation(kubectl, plan);
  const interruption = new Interruption();
  const { artifacts, networks, mesh } = options;
  const { cluster } = kubectl;
  const directory = await createRunDirectory({ artifacts, cluster, networks, mesh, start: new Date() });
  const history = await savedHistory(path.dirname(directory), options.historyRuns);
  const run = { kubectl, plan: withData(plan, history), options, interruption, log, directory };
  try {
    return await (options.local ? runLocally(run) : new JobRun(run).run());
  } finally {
    await removeEmptyDirectory(directory);
  }
}

/** Returns the plan with further data in its ConfigMap. */
function withData(plan: Plan, data: Readonly<Record<string, string>>): Plan {
  return { ...plan, configMap: { ...plan.configMap, data: { ...strings(plan.configMap['data']), ...data } } };
}

/** Warns when the namespaces differ, before anything is applied. */
async function warnOfIsolation(kubectl: Kubectl, { networkNamespaces }: Plan): Promise<void> {
  const others = networkNamespaces.filter((namespace) => namespace !== kubectl.namespace);
  if (others.length === 0) return;
  const discovered = await kubectl.getJson(['get', '--raw', '/apis']).catch(() => undefined);
  const groups = list(discovered?.['groups']).map((group) => strings(group)['name'] ?? '');
  for (const namespace of others) {
    const warning = isolationWarning(groups, { namespace }, kubectl.namespace);
    if (warning !== undefined) console.log(`warning: ${warning}: --namespace ${namespace}`);
  }
}

const args = process.argv.slice(2);
try {
  const options = parseOptions(args, process.env['ARTIFACTS_DIR']);
  if (options === 'help') console.log(HELP);
  else if ('history' in options) await showHistory(options);
  else process.exitCode = await checkup(options);
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(error instanceof Error ? error.message : String(error));
  const applied = args.includes('--history') ? '' : 'Nothing was applied. ';
  if (usage) console.error(`${applied}${CHECKUP} --help lists the options.`);
  process.exitCode = usage ? 2 : 1;
}
// A closed output must not prevent this process from ending.
setTimeout(() => process.exit(), 3000).unref();
