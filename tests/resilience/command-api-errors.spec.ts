// SPDX-License-Identifier: Apache-2.0
/** `npm run checkup` during long API failures: it names the leaked objects. */
import { expect } from '@playwright/test';
import type { KubeObject } from '../../lab/objects.ts';
import { expectArtifacts, NETWORK, objectsIn, test } from '../support/command-test.ts';

test(
  'reports the cause soon and leaks no cluster-scoped object when the namespace is deleted',
  { tag: '@slow' },
  async ({ newLab, command }) => {
    const lab = await newLab({ objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } }] });
    const { run } = await command(lab, [...NETWORK, '--namespace', 'elsewhere', '--duration', '1m']);
    await run.until(/\.\.\. +latency/);
    const deleted = Date.now();
    lab.deleteObject('namespaces', undefined, 'elsewhere');
    const { status, lastLine, output } = await run.ended;
    // The checkup itself retries the write of its result.
    expect(Date.now() - deleted).toBeLessThan(40_000);
    expect(status, output).toBe(1);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: /);
    const made = (): unknown[] =>
      objectsIn(lab).filter((object) => /kubevirt-vm-latency-(?!config)/.test(JSON.stringify(object)));
    await expect.poll(made).toEqual([]);
  },
);

test(
  'lists the leaked objects when the API server fails during clean-up',
  { tag: '@slow' },
  async ({ newLab, command }) => {
    const lab = await newLab();
    let down = false;
    lab.inject({
      effect: ({ verb, resource }) => {
        // The objects are deleted side by side, in any order; the VMs are deleted before, by the checkup.
        down ||= verb === 'delete' && resource?.plural !== 'virtualmachineinstances';
        return down ? { status: 503 } : undefined;
      },
      times: Infinity,
    });
    const { run, artifacts } = await command(lab, [...NETWORK, '--duration', '1s']);
    const { status, lastLine, output } = await run.ended;
    expect(status, output).toBe(1);
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup succeeded: /);
    expectArtifacts(artifacts);
    const ours = ({ metadata }: KubeObject): boolean => 'app.kubernetes.io/managed-by' in (metadata.labels ?? {});
    const kinds = [
      'jobs',
      'configmaps',
      'serviceaccounts',
      'roles',
      'rolebindings',
      'clusterroles',
      'clusterrolebindings',
    ];
    const leaked = kinds.flatMap((plural) => lab.list(plural)).filter(ours);
    expect(leaked).toHaveLength(11);
    const commands = output.slice(output.indexOf('Remove what is left with'));
    for (const { kind, metadata } of leaked) {
      const what = `${kind.toLowerCase()}/${metadata.name}`;
      expect(commands).toContain(` delete ${what}\n`);
      expect(output).toContain(`warning: not cleaned up: ${what}: `);
    }
  },
);
