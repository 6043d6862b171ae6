// SPDX-License-Identifier: Apache-2.0
/** Responses of load balancers, proxies and login pages are not taken for those of the API server. SIMULATED guests. */
import { expect } from '@playwright/test';
import { configMapData, vmisCreated, vmisLeft } from '../support/cluster-facts.ts';
import { startHostileServer, type ForeignResponse } from '../support/hostile-server.ts';
import { test } from '../support/lab-test.ts';

const LOGIN_PAGE: ForeignResponse = { status: 200, body: '<html><title>Log in</title></html>' };
const NOT_FOUND: ForeignResponse = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: '404 page not found\n',
};

interface Case {
  title: string;
  /** Method and resource of the requests that are replaced. */
  method: string;
  resource: string;
  /** Returns the response to the nth request (from 1), or `undefined` to forward it. */
  respond: (nth: number) => ForeignResponse | undefined;
  /** Pattern of the last line. */
  ends: RegExp;
  /** Pattern of a warning in the output. */
  warns: RegExp;
}

const VMIS = 'virtualmachineinstances';
const SUCCEEDED = /checkup succeeded: /;

const CASES: Case[] = [
  {
    title: "a load balancer's 404 in response to DELETE",
    method: 'DELETE',
    resource: VMIS,
    respond: (nth) => (nth <= 4 ? NOT_FOUND : undefined),
    ends: SUCCEEDED,
    warns: /not an answer of the API server: HTTP 404 Not Found, text\/plain, "404 page not/,
  },
  {
    title: 'a login page in response to the write of the results, which is not executed',
    method: 'PUT',
    resource: 'configmaps',
    respond: (nth) => (nth > 1 ? LOGIN_PAGE : undefined),
    ends: /checkup failed: failed to write the results to ConfigMap .*: not an answer of the API server: HTTP 200 OK/,
    warns: /update configmap failed, trying again/,
  },
  {
    title: 'a login page in response to the write of the results, which is executed',
    method: 'PUT',
    resource: 'configmaps',
    respond: (nth) => (nth > 1 ? { ...LOGIN_PAGE, acts: true } : undefined),
    ends: SUCCEEDED,
    warns: /update configmap failed, trying again/,
  },
  {
    title: 'the ConfigMap of the request in response to the write of the results, which is not executed',
    method: 'PUT',
    resource: 'configmaps',
    respond: (nth) =>
      nth > 1 ? { status: 200, headers: { 'content-type': 'application/json' }, body: '', echoes: true } : undefined,
    ends: /checkup failed: failed to write the results to ConfigMap .*: not an answer of the API server: .*resourceVersion/,
    warns: /update configmap failed, trying again/,
  },
  {
    title: '409 of a proxy that sent the creation twice',
    method: 'POST',
    resource: VMIS,
    respond: () => ({ ...NOT_FOUND, status: 409, acts: true }),
    ends: SUCCEEDED,
    warns: /create virtualmachineinstance: .*HTTP 409 Conflict.*exists/,
  },
  {
    title: '408 of a proxy that forwarded the creation',
    method: 'POST',
    resource: VMIS,
    respond: () => ({ ...NOT_FOUND, status: 408, acts: true }),
    ends: SUCCEEDED,
    warns: /create virtualmachineinstance: .*HTTP 408 Request Timeout.*exists/,
  },
  {
    title: 'null in response to the read of the ConfigMap',
    method: 'GET',
    resource: 'configmaps',
    respond: (nth) =>
      nth <= 2 ? { status: 200, headers: { 'content-type': 'application/json' }, body: 'null' } : undefined,
    ends: SUCCEEDED,
    warns: /get configmap failed, trying again in 0.25s: not an answer of the API server/,
  },
  {
    title: 'a redirect to another host',
    method: 'GET',
    resource: 'network-attachment-definitions',
    respond: () => ({ status: 302, headers: { location: 'https://login.example/?state=hunter2' }, body: '' }),
    ends: /checkup failed: .*not an answer of the API server: HTTP 302 Found to "https:\/\/login\.example\/\?…"/,
    warns: /get network-attachment-definition failed, trying again/,
  },
  {
    title: 'an endless body',
    method: 'GET',
    resource: 'network-attachment-definitions',
    respond: () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat(65_536),
      endless: true,
    }),
    ends: /checkup failed: .*longer than \d+ bytes/,
    warns: /get network-attachment-definition failed, trying again/,
  },
];

for (const { title, method, resource, respond, ends, warns } of CASES) {
  test(`detects a foreign response: ${title}`, { tag: '@slow' }, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    let count = 0;
    const replace = (requested: string, path: string): ForeignResponse | undefined => {
      if (requested !== method || !path.includes(`/${resource}`)) return undefined;
      count += 1;
      return respond(count);
    };
    const server = await startHostileServer(lab, testInfo.outputPath('kubeconfig'), { replace, forwardConsoles: true });
    const { status, lastLine, output } = await checkup(lab, { env: { KUBECONFIG: server.kubeconfig } }).ended;
    server.stop();
    expect(lastLine).toMatch(ends);
    expect(status).toBe(ends === SUCCEEDED ? 0 : 1);
    expect(output).toMatch(warns);
    expect(output).not.toContain('hunter2');
    expect(vmisLeft(lab)).toEqual([]);
    expect(vmisCreated(lab)).toBe(resource === 'network-attachment-definitions' ? 0 : 2);
    if (ends === SUCCEEDED) expect(configMapData(lab)['status.succeeded']).toBe('true');
  });
}

test(
  'the run ends soon when the console is refused with an endless body',
  { tag: '@slow' },
  async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const replaceConsole = { status: 502, body: 'x'.repeat(65_536), endless: true };
    const server = await startHostileServer(lab, testInfo.outputPath('kubeconfig'), { replaceConsole });
    const begun = performance.now();
    const { status, lastLine } = await checkup(lab, { env: { KUBECONFIG: server.kubeconfig } }).ended;
    server.stop();
    expect(lastLine).toMatch(
      /checkup failed: setup: failed to open the console .*HTTP 502 Bad Gateway, text\/html, "xxx/,
    );
    expect(status).toBe(1);
    expect(performance.now() - begun).toBeLessThan(60_000);
    expect(vmisLeft(lab)).toEqual([]);
  },
);
