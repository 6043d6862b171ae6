// SPDX-License-Identifier: Apache-2.0
/** A separate lab for tests of faults; skipped for an external server. */
import { expect } from '@playwright/test';
import { startLab, type Lab, type LabOptions } from '../../lab.ts';
import { textAt } from '../../store/json.ts';
import { Api, readKubeconfig } from './api.ts';
import { ConsoleSession } from './console-session.ts';
import { test as base } from './contract-test.ts';
import { fill } from './template.ts';
import { lonelyVmi } from './vmis.ts';

export const NAMESPACE = 'latency';
export const VMIS = `/apis/kubevirt.io/v1/namespaces/${NAMESPACE}/virtualmachineinstances`;
export const CONFIG_MAP = `/api/v1/namespaces/${NAMESPACE}/configmaps/results`;
export const WATCH = `/api/v1/namespaces/${NAMESPACE}/configmaps?watch=true&resourceVersion=0`;

interface Own {
  lab: Lab;
  /** The client of the administrator. */
  api: Api;
  /** Returns another client with its own connections. */
  client: (kubeconfig?: string) => Promise<Api>;
  /** Waits for the phase of a VMI, and creates it if it is missing. */
  untilPhase: (phase: string, name?: string) => Promise<void>;
  /** Opens the console of a running VMI. */
  openConsole: (name?: string) => Promise<ConsoleSession>;
}

export const test = base.extend<{ ownLab: (options?: Partial<LabOptions>) => Promise<Own> }>({
  ownLab: async ({ requires }, use, testInfo) => {
    requires('a stop');
    const [labs, clients]: [Lab[], Api[]] = [[], []];
    await use(async (options) => {
      const lab = await startLab({
        guests: 'scripted',
        directory: testInfo.outputPath(`lab-${labs.length}`),
        ...options,
      });
      labs.push(lab);
      const client = async (kubeconfig = lab.kubeconfig) => {
        const api = new Api(await readKubeconfig(kubeconfig));
        clients.push(api);
        return api;
      };
      const api = await client();
      return {
        lab,
        api,
        client,
        untilPhase: async (phase, name = 'a') => {
          if (!lab.get('virtualmachineinstances', NAMESPACE, name))
            lab.createObject(fill(lonelyVmi(), { name, ns: NAMESPACE }));
          const now = () => textAt(lab.get('virtualmachineinstances', NAMESPACE, name), 'status', 'phase');
          await expect.poll(now).toBe(phase);
        },
        openConsole: async (name = 'a') => ConsoleSession.open(await client(), consolePath(name)),
      };
    });
    for (const client of clients) client.close();
    for (const lab of labs) await lab.stop();
  },
});

export function consolePath(name = 'a'): string {
  return `/apis/subresources.kubevirt.io/v1/namespaces/${NAMESPACE}/virtualmachineinstances/${name}/console`;
}
