// SPDX-License-Identifier: Apache-2.0
/** Texts of guests, API servers and objects are data: they have no effect on terminals and browsers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import type { Lab } from '../../lab/lab.ts';
import { configMapData, setConfigMap, vmisLeft } from '../support/cluster-facts.ts';
import { startHostileServer } from '../support/hostile-server.ts';
import { test } from '../support/lab-test.ts';
import { Connection } from '../../fixtures/cluster/connection.ts';
import { messageOf } from '../../model/errors.ts';
import { artifactTexts, stringsIn } from '../support/report-texts.ts';

const HOSTILE =
  '\u001b[2J\u001b[31mHOSTILE\u001b]0;title\u0007\u202e\u2066\u200b\u009b1mtext\u0000\b\u007f <script>alert(1)</script>\u001b[6n';
const CLEAN = 'HOSTILEtext &lt;script>alert(1)&lt;/script>';
/** A saved console log, shown as text. */
const KEPT = 'HOSTILEtext <script>alert(1)</script>';
/** The colours of source lines quoted by the runner: digits only. */
// eslint-disable-next-line no-control-regex -- the character is what is looked for
const RUNNERS_COLOURS = /\u001b\[\d+(;\d+)*m/g;
const CONTROL = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const REPORTS = [/^html-report\/index\.html!\w+\.json$/, /^allure-results\/.*-result\.json$/];

/** Expects no control characters or markup in output and artifacts, and the hostile text as plain text. */
function expectClean(artifacts: string, output: string): void {
  const texts = artifactTexts(artifacts);
  expect(output.replaceAll('\n', '')).not.toMatch(CONTROL);
  expect(output).not.toContain('<script');
  for (const report of REPORTS) {
    const reported = [...texts].filter(([name]) => report.test(name)).flatMap(([, text]) => stringsIn(text));
    expect(reported.join('\n')).toContain('HOSTILEtext');
    expect(reported.filter((text) => text.replaceAll(KEPT, '').includes('<script'))).toEqual([]);
  }
  for (const [name, text] of texts) {
    if (/\.(html|js|css|png|svg|ttf|webmanifest)$/.test(name)) continue;
    for (const part of stringsIn(text)) {
      expect([name, CONTROL.exec(part.replace(RUNNERS_COLOURS, ''))]).toEqual([name, null]);
      expect([name, part.includes('\u001b[31mHOSTILE')]).toEqual([name, false]);
    }
  }
}

function putHostileObjects(lab: Lab): void {
  lab.createObject({
    apiVersion: 'k8s.cni.cncf.io/v1',
    kind: 'NetworkAttachmentDefinition',
    spec: { config: HOSTILE },
    metadata: { name: 'blue', namespace: 'latency' },
  });
  const node = lab.get('nodes', undefined, 'node-1');
  lab.createObject({ ...node, spec: { taints: [{ key: HOSTILE, effect: 'NoSchedule' }] } });
  const conditions = [{ type: 'Available', status: 'False', message: HOSTILE }];
  lab.createObject({
    apiVersion: 'kubevirt.io/v1',
    kind: 'KubeVirt',
    status: { phase: HOSTILE, conditions },
    metadata: { name: 'kubevirt', namespace: 'kubevirt' },
  });
}

test('sanitizes texts from objects of the cluster', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  putHostileObjects(lab);
  const { status, lastLine, output } = await checkup(lab).ended;
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(lastLine).toBe(`Kubevirt VM latency checkup failed: ${reason}`);
  expect(reason).toContain(`KubeVirt "kubevirt/kubevirt" is not ready: phase ${CLEAN}, Available=False (${CLEAN})`);
  expect(reason).toContain(`node-1: tainted ${CLEAN}:NoSchedule`);
  expect(reason).toContain('it is not JSON: line 1, column 1: found "\\u001b", expected a value, near "\\u001b[2J');
  expect(reason).not.toMatch(/\p{Cc}|\p{Cf}|<script/u);
  expect(status).toBe(1);
  expectClean(testInfo.outputPath('artifacts-0'), output);
});

test('sanitizes and truncates a 1 MiB message of an API server', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  const refuse = (method: string, path: string) => {
    return method === 'POST' && path.includes('/virtualmachineinstances') ? HOSTILE + 'x'.repeat(2 ** 20) : undefined;
  };
  const server = await startHostileServer(lab, testInfo.outputPath('kubeconfig'), { refuse, console: '' });
  const { status, output } = await checkup(lab, { env: { KUBECONFIG: server.kubeconfig } }).ended;
  server.stop();
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  const refusal =
    ' - failed to create the VMIs (permission missing: the checkup needs rule kubevirt.io/virtualmachineinstances [create]';
  expect(reason).toContain(refusal);
  expect(reason.length).toBeLessThanOrEqual(300);
  const json = readFileSync(testInfo.outputPath('artifacts-0/result.json'), 'utf8');
  const { failureReason } = JSON.parse(json) as { failureReason: string };
  expect(failureReason).toContain(`${refusal}: ${CLEAN}xxx`);
  expect(failureReason).toMatch(/x… \(cut, \d+ characters long\)\)$/);
  expect(status).toBe(1);
  expect(output.length).toBeLessThan(20_000);
  expectClean(testInfo.outputPath('artifacts-0'), output);
});

test('sanitizes the output of a guest', async ({ newLab, checkup }, testInfo) => {
  const lab = await newLab();
  setConfigMap(lab, { 'spec.timeout': '8s' });
  const server = await startHostileServer(lab, testInfo.outputPath('kubeconfig'), { console: `\r\n${HOSTILE}\r\n` });
  const { status, output } = await checkup(lab, { env: { KUBECONFIG: server.kubeconfig } }).ended;
  server.stop();
  expectClean(testInfo.outputPath('artifacts-0'), output);
  const reason = configMapData(lab)['status.failureReason'] ?? '';
  expect(reason).toMatch(
    /^timed out after 8s during setup: the guest "latency-check-\S+" accepts no login as root .* - failed to wait for a login on VMI '.*' \(the console shows "HOSTILEtext &lt;script>alert\(1\)&lt;\/script>"\)$/,
  );
  expect(status).toBe(1);
  expect(vmisLeft(lab)).toEqual([]);
  const logs = [...artifactTexts(testInfo.outputPath('artifacts-0'))].filter(([name]) => name.startsWith('logs/'));
  const lines = logs.map(([, text]) => new Set(text.split('\n').filter((line) => line !== '')));
  expect(lines).toEqual([new Set([KEPT]), new Set([KEPT])]);
});

const TOKEN = 'hunter2-hunter2-hunter2';
const KUBECONFIGS: [what: string, text: string, reason: RegExp][] = [
  [
    'is not YAML',
    `users:\n- name: u\n  user:\n    token: "${TOKEN}\n   - x: [`,
    /it is not YAML: see line \d+, column \d+$/,
  ],
  [
    'holds an alias that is none',
    `users:\n- user: { token: *${TOKEN} }\n`,
    /it is not YAML: it refers to an anchor that does not exist$/,
  ],
  ['has a quote too many', `users:\n- user:\n    token: "${TOKEN}\n`, /it is not YAML: see line \d+, column \d+$/],
  ['has a tab', `users:\n- user:\n\ttoken: ${TOKEN}\n`, /it is not YAML: see line \d+, column \d+$/],
  ['holds a tag that is unknown', `users:\n- user: { token: !${TOKEN} x }\n`, /has no current-context$/],
  [
    'lacks a name',
    `clusters:\n- cluster: { server: "https://${TOKEN}" }\n`,
    /user has no credentials: expected a token, .*$/,
  ],
  [
    'has a number for a token',
    `users:\n- user: { token: 4711 }\n`,
    /: users\[0\]\.user\.token is a number: expected a string$/,
  ],
  [
    'has data that is not base64',
    `users:\n- user: { client-key-data: "${TOKEN}!" }\n`,
    /client-key-data is not base64$/,
  ],
  ['is a list', `- ${TOKEN}\n`, /it is not a kubeconfig$/],
  ['is a token', TOKEN, /it is not a kubeconfig$/],
  ['is empty', '', /no cluster to talk to: the kubeconfig \(.*\) has no current-context$/],
  [
    'has a password in its address',
    `{ clusters: [{ name: c, cluster: { server: "https://admin:${TOKEN}@127.0.0.1:9" } }], contexts: [{ name: x, context: { cluster: c, user: u } }], users: [{ name: u, user: { token: t } }], current-context: x }`,
    /the server's address in the kubeconfig holds a user name or password: expected none$/,
  ],
  [
    'has a token of two lines',
    `{ clusters: [{ name: c, cluster: { server: "https://127.0.0.1:9" } }], contexts: [{ name: x, context: { cluster: c, user: u } }], users: [{ name: u, user: { token: "${TOKEN}\\n${TOKEN}" } }], current-context: x }`,
    /failed to read ConfigMap "latency\/kubevirt-vm-latency-config": /,
  ],
];

/** One that is refused before the first request, and one whose request fails. The errors of the others are those of `Connection`. */
const RUNS = ['is a token', 'has a token of two lines'];

for (const [what, text, reason] of KUBECONFIGS.filter(([title]) => RUNS.includes(title))) {
  test(`prints no secret of a kubeconfig that ${what}`, async ({ newLab, checkup }, testInfo) => {
    const lab = await newLab();
    const kubeconfig = testInfo.outputPath('kubeconfig');
    writeFileSync(kubeconfig, text);
    const { status, lastLine, output } = await checkup(lab, { env: { KUBECONFIG: kubeconfig } }).ended;
    expect(lastLine).toMatch(/^Kubevirt VM latency checkup failed: /);
    expect(lastLine).toMatch(reason);
    expect(status).toBe(1);
    expect(output).not.toContain('hunter2');
    const texts = artifactTexts(testInfo.outputPath('artifacts-0'));
    expect(texts.size).toBeGreaterThan(1);
    for (const [name, kept] of texts) expect([name, kept.includes('hunter2')]).toEqual([name, false]);
  });
}

for (const [what, text, reason] of KUBECONFIGS.filter(([title]) => title !== 'has a token of two lines')) {
  test(`the error about a kubeconfig that ${what} contains no secret`, ({}, testInfo) => {
    const kubeconfig = testInfo.outputPath('kubeconfig');
    writeFileSync(kubeconfig, text);
    const message = connectionError({ KUBECONFIG: kubeconfig });
    expect(message).toMatch(reason);
    expect(message).not.toContain('hunter2');
  });
}

function connectionError(env: Record<string, string>): string {
  try {
    new Connection(env);
  } catch (error) {
    return messageOf(error);
  }
  return 'no error';
}
