// SPDX-License-Identifier: Apache-2.0
/** Metrics are pushed after the run, and a failed push changes nothing but the warnings. SIMULATED guests. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import { createCredentials } from '../../lab/lab.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { startFakePushgateway } from '../support/fake-pushgateway.ts';
import { filesBelow, findLeaks } from '../support/leak-scan.ts';
import { test } from '../support/lab-test.ts';

/** Returns the warnings of result.json. */
function warningsOf(testInfo: TestInfo): string[] {
  const text = readFileSync(path.join(testInfo.outputPath('artifacts-0'), 'result.json'), 'utf8');
  return (JSON.parse(text) as { warnings: string[] }).warnings;
}

const SUCCEEDED: unknown = expect.stringMatching(/^Kubevirt VM latency checkup succeeded: /);

const warningLines = (output: string): string[] =>
  [...output.matchAll(/^ *warning: (.*)$/gm)].map(([, warning = '']) => warning);

test('pushes metrics.prom; a failed push is one warning, and the checkup succeeds', async ({
  newLab,
  checkup,
}, testInfo) => {
  const gateway = await startFakePushgateway((response) => response.writeHead(400).end('pushed metrics are invalid\n'));
  const lab = await newLab();
  setConfigMap(lab, { ...configMapData(lab), 'spec.param.metricsPushUrl': `${gateway.url}/east/` });
  const { status, lastLine, output } = await checkup(lab).ended;
  await gateway.stop();
  expect([status, lastLine], output).toEqual([0, SUCCEEDED]);
  expect(configMapData(lab)).toMatchObject({ 'status.succeeded': 'true', 'status.failureReason': '' });
  const warning = `the metrics of latency/blue were not pushed to ${gateway.url}/east: status 400: pushed metrics are invalid`;
  expect(warningLines(output)).toEqual([warning]);
  expect(warningsOf(testInfo)).toEqual([warning]);
  const metrics = readFileSync(path.join(testInfo.outputPath('artifacts-0'), 'metrics.prom'), 'utf8');
  expect(gateway.requests.map((request) => [request.path, request.body])).toEqual([
    ['/east/metrics/job/kubevirt_vm_latency/network/latency.blue', metrics],
  ]);
});

const FAILURES = [
  {
    what: 'is down',
    start: async () => {
      const gateway = await startFakePushgateway();
      await gateway.stop();
      return gateway;
    },
    cause: /: connection refused \(ECONNREFUSED\), after 3 attempts$/,
  },
  {
    what: 'does not respond',
    start: () => startFakePushgateway(() => undefined),
    cause: /: no response within 3s, after 3 attempts$/,
  },
  {
    what: 'has an unknown certificate',
    start: async () => await startFakePushgateway(undefined, await createCredentials()),
    cause:
      /: the server's certificate is not signed by a CA that the checkup knows \(\w+\): add its CA to the Secret as ca\.crt$/,
  },
];

for (const { what, start, cause } of FAILURES) {
  test(`a Pushgateway that ${what} is one warning, and the checkup succeeds @slow`, async ({
    newLab,
    checkup,
  }, testInfo) => {
    const gateway = await start();
    const lab = await newLab();
    const run = checkup(lab, { env: { METRICS_PUSH_URL: gateway.url } });
    await run.until(/^Verdict: /m);
    const begun = performance.now();
    const { status, lastLine, output } = await run.ended;
    expect(performance.now() - begun).toBeLessThan(15_000);
    await gateway.stop();
    expect([status, lastLine], output).toEqual([0, SUCCEEDED]);
    expect(configMapData(lab)['status.succeeded']).toBe('true');
    expect(warningLines(output)).toEqual([expect.stringMatching(cause)]);
    expect(warningsOf(testInfo)).toEqual([expect.stringMatching(cause)]);
  });
}

test('an interrupted run makes one attempt within 2 s @slow', async ({ newLab, checkup }, testInfo) => {
  const gateway = await startFakePushgateway(() => undefined);
  const lab = await newLab();
  const run = checkup(lab, { env: { METRICS_PUSH_URL: gateway.url, SAMPLE_DURATION_SECONDS: '60' } });
  await run.until(/^ {2}\.\.\. {4}latency$/m);
  const begun = performance.now();
  run.signal('SIGTERM');
  const { status, lastLine, output } = await run.ended;
  expect(performance.now() - begun).toBeLessThan(20_000);
  await gateway.stop();
  expect(status, output).toBe(130);
  expect(lastLine).toBe('Kubevirt VM latency checkup failed: interrupted by SIGTERM during latency');
  expect(gateway.requests.map(({ body }) => body)).toEqual([expect.stringContaining('kubevirt_vm_latency_success')]);
  expect(warningsOf(testInfo)).toEqual([
    expect.stringMatching(
      /^the metrics of latency\/blue were not pushed to \S+: (no response within|the 2s for pushes have passed)/,
    ),
  ]);
  expect(vmisLeft(lab)).toEqual([]);
});

test('a signal during the push ends it within 2 s, and the result stays @slow', async ({
  newLab,
  checkup,
}, testInfo) => {
  const gateway = await startFakePushgateway(() => undefined);
  const lab = await newLab();
  const run = checkup(lab, { env: { METRICS_PUSH_URL: gateway.url } });
  await run.until(/^Verdict: /m);
  const begun = performance.now();
  run.signal('SIGTERM');
  const { lastLine, output } = await run.ended;
  expect(performance.now() - begun).toBeLessThan(6000);
  await gateway.stop();
  expect(lastLine, output).toEqual(SUCCEEDED);
  expect(configMapData(lab)['status.succeeded']).toBe('true');
  expect(warningsOf(testInfo)).toEqual([expect.stringMatching(/^the metrics of latency\/blue were not pushed to /)]);
});

test('a password in the URL is an input error that does not show it, and nothing is pushed @slow', async ({
  newLab,
  checkup,
}, testInfo) => {
  const gateway = await startFakePushgateway();
  const lab = await newLab();
  const [password = '', token = '', fragment = ''] = Array.from({ length: 3 }, () => randomBytes(15).toString('hex'));
  const withPassword = `${gateway.url.replace('//', `//admin:pa/ss?wörd${password}@`)}/?token=${token}#${fragment}`;
  setConfigMap(lab, { ...configMapData(lab), 'spec.param.metrics_push_url': withPassword });
  const { status, output } = await checkup(lab, { env: { METRICS_PUSH_URL: withPassword } }).ended;
  await gateway.stop();
  expect(status).toBe(1);
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(reason).toContain('"METRICS_PUSH_URL" parameter is invalid: "http://…@127.0.0.1:');
  expect(reason).toContain('expected an http or https URL without user, password, query and fragment');
  for (const text of [output, reason]) expect(text).not.toMatch(/admin|pa\/ss|wörd/);
  const artifacts = testInfo.outputPath('artifacts-0');
  const saved = readFileSync(path.join(artifacts, 'evidence', 'configmap.yaml'), 'utf8');
  expect(saved).toContain('spec.param.metrics_push_url: http://…@127.0.0.1:');
  const files = filesBelow(artifacts);
  expect(files.some(({ place }) => place.includes('index.html › report.json'))).toBe(true);
  expect(findLeaks(files, { password, token, fragment })).toEqual([]);
  expect(gateway.requests).toEqual([]);
});
