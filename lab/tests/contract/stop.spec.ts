// SPDX-License-Identifier: Apache-2.0
/** Stop and restart of the server. */
import { expect } from '@playwright/test';
import { startLab } from '../../lab.ts';
import { Api, readKubeconfig } from './api.ts';
import { test } from './contract-test.ts';

const WATCH = '/api/v1/namespaces/default/configmaps?watch=true&allowWatchBookmarks=true';

test('160 161 a stop ends an open watch without an ERROR, and connections are refused until the restart', async ({
  requires,
}, { outputDir }) => {
  requires('a stop');
  const lab = await startLab({ guests: 'scripted', directory: outputDir });
  const access = await readKubeconfig(lab.kubeconfig);
  const api = new Api(access);
  const stream = await api.watch({ path: `${WATCH}&resourceVersion=0` });
  await stream.take(1);
  await lab.stop();
  expect((await stream.rest()).filter(({ type }) => type === 'ERROR')).toEqual([]);
  api.close();
  // On a new connection: a kept-alive one would be reset instead.
  await expect(new Api(access).call({ path: '/version' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });

  const port = Number(new URL(lab.url).port);
  const again = await startLab({ guests: 'scripted', directory: outputDir, port });
  const fresh = new Api(await readKubeconfig(again.kubeconfig));
  try {
    expect((await fresh.call({ path: '/version' })).status).toBe(200);
  } finally {
    fresh.close();
    await again.stop();
  }
});
