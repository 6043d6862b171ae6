// SPDX-License-Identifier: Apache-2.0
/** What becomes of a VM that leaves the watch by label: gone, replaced by an object without the label, or only without the label. */
import { expect, test } from '@playwright/test';
import { VmiWatch } from '../../../fixtures/cluster/vmi-watch.ts';
import { TrackedVmi } from '../../../fixtures/vmi/tracked-vmi.ts';
import { FakeApiServer, vmi } from '../cluster/fake-api-server.ts';

const CASES: { title: string; now: object | undefined; reads: number; error: string | undefined }[] = [
  {
    title: 'a replaced VM is reported as replaced',
    now: vmi('a', 'uid-2'),
    reads: 1,
    error:
      "VMI 'ns/a' was replaced: this run created the object with uid uid-1, the object of that name now has uid uid-2 and is left alone",
  },
  {
    title: 'a deleted VM is reported as gone',
    now: undefined,
    reads: 1,
    error: "VMI 'ns/a' is gone: it was deleted during the run",
  },
  { title: 'a VM that lost its labels is read from then on', now: vmi('a', 'uid-1'), reads: 2, error: undefined },
];

for (const { title, now, reads, error } of CASES) {
  test(title, async ({}, testInfo) => {
    const server = new FakeApiServer();
    const cluster = await server.start(testInfo.outputPath('kubeconfig'));
    server.objects.set('a', vmi('a', 'uid-1'));
    const watch = new VmiWatch({ cluster, namespace: 'ns', labelSelector: 'run=x', log: () => undefined });
    const waiting = { signal: new AbortController().signal, report: () => undefined };
    const emit = (): Promise<void> => Promise.resolve();
    const tracked = new TrackedVmi(
      'source',
      { namespace: 'ns', name: 'a', uid: 'uid-1', labels: {} },
      { cluster, watch, waiting, emit },
    );
    await tracked.watch.changed();
    await tracked.verify('SetupFailed');
    expect(server.requests).toEqual(['watch run=x']);
    if (now === undefined) server.objects.delete('a');
    else server.objects.set('a', now);
    tracked.watch.look();
    const left = tracked.watch.changed();
    server.send('DELETED', vmi('a', 'uid-1'));
    await left;
    const verified = tracked.verify('SetupFailed');
    if (error === undefined) await verified;
    else await expect(verified).rejects.toMatchObject({ code: 'SetupFailed', message: error });
    expect(server.requests).toEqual(['watch run=x', ...Array.from({ length: reads }, () => 'get a')]);
    tracked.watch.stop();
    server.stop();
  });
}
