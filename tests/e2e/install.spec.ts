// SPDX-License-Identifier: Apache-2.0
/** docs/install.md, docs/upgrade.md and docs/uninstall.md with stock kubectl: two instances in one cluster. SIMULATED guests. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { objectAt, objectsAt, stringMapAt, textAt } from '../../lab/objects.ts';
import { writeManifests } from '../../scripts/release/manifests.ts';
import { vmisLeft } from '../support/cluster-facts.ts';
import { networkIn } from '../support/command-test.ts';
import { kubectlFor, printedTable, type Kubectl } from '../support/kubectl.ts';
import { test } from '../support/lab-test.ts';
import { commandLines } from '../unit/docs/command-lines.ts';
import { blocksBelow, blocksOf } from '../unit/docs/documents.ts';

const [FIRST, OTHER] = ['latency', 'storage-checkups'] as const;
const NAME = 'kubevirt-vm-latency';
const CONFIG_MAP = 'kubevirt-vm-latency-scheduled';
const RUN_KINDS = ['jobs', 'cronjobs', 'pods', 'configmaps', 'serviceaccounts', 'virtualmachineinstances'];
const KINDS = [...RUN_KINDS, 'roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'];
const SUCCEEDED = /^Kubevirt VM latency checkup succeeded: min \S+ avg \S+ max \S+\n$/;

const image = (digit: string): string => `ghcr.io/example/${NAME}@sha256:${digit.repeat(64)}`;

/** Returns the arguments of the kubectl commands below a heading, and the expected output. */
function guide(document: string, heading: string): { commands: string[][]; output: string } {
  const blocks = blocksBelow(document, heading);
  const script = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  const commands = commandLines(script.join('')).filter(({ program }) => program === 'kubectl');
  expect(commands).not.toHaveLength(0);
  return {
    commands: commands.map(({ args }) => [...args]),
    output: blocks
      .filter(({ language }) => language === '')
      .map(({ text }) => text)
      .join(''),
  };
}

interface Release {
  directory: string;
  image: string;
}

async function release(directory: string, reference: string): Promise<Release> {
  await writeManifests({ image: reference, directory });
  return { directory, image: reference };
}

/** Sets the network in run.yaml, as a user does, and a short sample. */
function editRun({ directory }: Release, namespace: string, network: string): void {
  const file = path.join(directory, 'run.yaml');
  const text = readFileSync(file, 'utf8')
    .replace(/^( *spec\.param\.networkAttachmentDefinitionNamespace: ).*$/m, `$1${namespace}`)
    .replace(/^( *spec\.param\.networkAttachmentDefinitionName: ).*$/m, `$1${network}`)
    .replace(/^( *)# (spec\.param\.sampleDurationSeconds: ).*$/m, "$1$2'1'");
  writeFileSync(file, text);
}

/** Sets the namespace of the Job in the commands of docs/manifests.md, and an existing namespace for the network. */
function replaceNamespaces(commands: readonly string[][], namespace: string): string[][] {
  return commands.map((command) =>
    command.map((word) => word.replace('my-checkups', namespace).replace('my-networks', 'default')),
  );
}

class Cluster {
  readonly lab: Lab;
  readonly kubectl: Kubectl;

  constructor(lab: Lab, kubectl: Kubectl) {
    this.lab = lab;
    this.kubectl = kubectl;
  }

  /** Runs the commands of a guide with the files of a release, in a namespace. Returns their output. */
  async follow(commands: readonly string[][], { directory }: Release, namespace: string = FIRST): Promise<string> {
    const outputs = [];
    for (const command of commands) {
      const words = command.map((word) =>
        word
          .replace(/^https:\/\/github\.com\/OWNER\/kubevirt-vm-latency\/releases\/download\/v[\d.]+\//, `${directory}/`)
          .replace(/^run\.yaml$/, path.join(directory, 'run.yaml'))
          .replace(/^\.$/, directory)
          .replace(new RegExp(`^(${FIRST}|${OTHER})$`), namespace)
          .replace(new RegExp(`(observer|network)\\.${FIRST}$`), `$1.${namespace}`),
      );
      // A command of a test has less time than the Job.
      if (words[0] === 'wait') await this.untilEnded(namespace, words.find((word) => word.startsWith('job/')) ?? '');
      outputs.push(await this.kubectl.ok(...words));
    }
    return outputs.join('');
  }

  async untilEnded(namespace: string, job: string): Promise<void> {
    const conditions = () => JSON.stringify(this.lab.get('jobs', namespace, job.replace('job/', ''))?.status ?? {});
    await expect.poll(conditions, { timeout: 110_000 }).toMatch(/"type":"(Complete|Failed)"/);
  }

  /** Starts a run, waits until it is Complete, and returns its log and its image. */
  async run(namespace: string, name: string): Promise<{ log: string; image: string | undefined }> {
    await this.kubectl.ok('create', 'job', '-n', namespace, name, '--from=cronjob/kubevirt-vm-latency');
    await this.untilEnded(namespace, name);
    const job = this.lab.get('jobs', namespace, name);
    expect(JSON.stringify(job?.status)).toContain('"type":"Complete"');
    const [container] = objectsAt(objectAt(job?.['spec'], 'template', 'spec'), 'containers');
    const log = await this.kubectl.ok('logs', '-n', namespace, `job/${name}`);
    return { log, image: textAt(container, 'image') };
  }

  /** Returns "kind/namespace/name" of all objects that an instance may leave. */
  objects(): string[] {
    const all = KINDS.flatMap((plural) => this.lab.list(plural).map(({ metadata }) => ({ plural, metadata })));
    return all.map(({ plural, metadata }) => `${plural}/${metadata.namespace ?? ''}/${metadata.name}`).sort();
  }

  result(namespace: string): Record<string, string> {
    return stringMapAt(this.lab.get('configmaps', namespace, CONFIG_MAP), 'data');
  }
}

test(
  'two instances are installed, run, upgraded and uninstalled as documented, without effect on each other',
  { tag: '@slow' },
  async ({ newLab }, testInfo) => {
    const lab = await newLab({ objects: [networkIn('latency')] });
    lab.createObject({ ...networkIn('latency'), metadata: { name: 'red', namespace: 'latency' } });
    lab.deleteObject('configmaps', 'latency', 'kubevirt-vm-latency-config');
    const cluster = new Cluster(lab, await kubectlFor(lab, testInfo.outputPath('kubectl')));
    const before = cluster.objects();
    const first = await release(testInfo.outputPath('first'), image('1'));
    const next = await release(testInfo.outputPath('next'), image('2'));

    await test.step('install', async () => {
      const { commands, output } = guide('docs/install.md', 'Install the checkup');
      // The lab has the namespace already.
      const expected = output.replace('namespace/latency created', 'namespace/latency configured');
      expect(await cluster.follow(commands, first)).toBe(expected);
      expect(lab.list('jobs')).toEqual([]);
      editRun(first, 'latency', 'red');
      const network = guide('docs/install.md', 'Set the network');
      expect(await cluster.follow(network.commands, first)).toBe(network.output);
    });

    await test.step('run', async () => {
      const { commands, output } = guide('docs/install.md', 'Run a checkup');
      const [created = '', met = '', last = ''] = (await cluster.follow(commands, first)).split(/(?<=\n)/);
      expect(output).toContain(created + met);
      expect(last).toMatch(SUCCEEDED);
      expect(output.split(/(?<=\n)/).at(-1)).toMatch(SUCCEEDED);
      const result = guide('docs/install.md', 'See the result');
      const [shown] = printedTable(await cluster.follow(result.commands, first));
      const [documented] = printedTable(result.output);
      expect(Object.keys(shown ?? {})).toEqual(Object.keys(documented ?? {}));
      expect(shown).toMatchObject({ SUCCEEDED: 'true', AVG_NS: expect.stringMatching(/^\d+$/), REASON: '' });
      expect(cluster.result(FIRST)).toMatchObject({
        'status.succeeded': 'true',
        'spec.param.networkAttachmentDefinitionName': 'red',
      });
    });

    await test.step('install a second instance and upgrade the first one', async () => {
      const [overlay] = blocksOf('docs/install.md').filter(({ text }) => text.includes('kind: Kustomization'));
      writeFileSync(path.join(next.directory, 'kustomization.yaml'), overlay?.text ?? '');
      editRun(next, OTHER, 'blue');
      const [apply = []] = guide('docs/install.md', 'Another namespace, and several instances').commands;
      const applied = await cluster.follow([apply], next, OTHER);
      expect(applied).toContain(`clusterrolebinding.rbac.authorization.k8s.io/${NAME}-node-observer.${OTHER} created`);
      expect(applied.match(/^clusterrole\.\S+ unchanged$/gm)).toHaveLength(3);
      lab.createObject(networkIn(OTHER));
      const access = guide('docs/manifests.md', 'For your cluster').commands;
      for (const command of [FIRST, OTHER].flatMap((namespace) => replaceNamespaces(access, namespace))) {
        await cluster.kubectl.ok(...command);
      }

      const [upgrade = []] = guide('docs/upgrade.md', 'Apply the next release').commands;
      const upgraded = (await cluster.follow([upgrade], next)).trimEnd().split('\n');
      expect(upgraded.filter((line) => !line.endsWith(' unchanged'))).toEqual([`cronjob.batch/${NAME} configured`]);
      const start = cluster.result(FIRST)['status.startTimestamp'] ?? '';
      const runs = await Promise.all([cluster.run(FIRST, 'run-2'), cluster.run(OTHER, 'run-1')]);
      expect(runs.map((run) => run.image)).toEqual([next.image, next.image]);
      for (const { log } of runs) expect(log).not.toContain('the nodes were not checked');
      expect(Date.parse(cluster.result(FIRST)['status.startTimestamp'] ?? '')).toBeGreaterThan(Date.parse(start));
      expect(cluster.result(FIRST)['history.runs']?.trimEnd().split('\n')).toHaveLength(2);
      expect(cluster.result(OTHER)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });

      const schedule = guide('docs/install.md', 'Run on a schedule');
      expect(await cluster.follow(schedule.commands, next)).toBe(schedule.output);
      const suspended = [FIRST, OTHER].map(
        (namespace) => objectAt(lab.get('cronjobs', namespace, NAME), 'spec')?.['suspend'],
      );
      expect(suspended).toEqual([false, false]);
    });

    await test.step('uninstall the first instance', async () => {
      const { commands } = guide('docs/uninstall.md', 'Delete an instance');
      const [deleteNamespace] = commands.filter((command) => command.includes('namespace'));
      await cluster.follow(
        commands.filter((command) => command !== deleteNamespace),
        next,
      );
      await expect
        .poll(() => cluster.objects().filter((name) => name.includes(`/${FIRST}/`)))
        .toEqual(before.filter((name) => name.includes(`/${FIRST}/`)));
      expect(cluster.objects()).not.toContain(`clusterrolebindings//${NAME}-node-observer.${FIRST}`);
      expect(cluster.objects().filter((name) => name.includes(`${NAME}-network`))).toEqual([
        `rolebindings/default/${NAME}-network.${OTHER}`,
        `roles/default/${NAME}-network.${OTHER}`,
      ]);
      const { log } = await cluster.run(OTHER, 'run-2');
      expect(log).not.toMatch(/^warning: /m);
      const [list = []] = guide('docs/uninstall.md', 'Delete the ClusterRoles').commands;
      expect(printedTable(await cluster.follow([list], next)).map(({ NAMESPACE }) => NAMESPACE)).toEqual([OTHER]);
    });

    await test.step('uninstall the second instance', async () => {
      await cluster.follow(guide('docs/uninstall.md', 'Delete an instance').commands, next, OTHER);
      const { commands } = guide('docs/uninstall.md', 'Delete the ClusterRoles');
      const [list = ''] = await Promise.all(commands.slice(0, 1).map((command) => cluster.kubectl.ok(...command)));
      expect(list).toBe('');
      await cluster.follow(commands.slice(1), next, OTHER);
      await expect.poll(() => cluster.objects()).toEqual(before);
      expect(vmisLeft(lab)).toEqual([]);
      expect(lab.list('namespaces').map(({ metadata }) => metadata.name)).not.toContain(OTHER);
    });
  },
);
