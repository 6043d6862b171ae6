// SPDX-License-Identifier: Apache-2.0
/** The report page as text. tests/e2e/report-page.spec.ts opens it in a browser. */
import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { renderStep, renderWithCommands } from '../../../../reporters/views/page/commands.ts';
import { html, inlineElement } from '../../../../reporters/views/page/html.ts';
import { renderPage } from '../../../../reporters/views/page/page.ts';
import { NETWORK_PAGES } from './network-documents.ts';
import { hostileDocument, PAGES } from './page-documents.ts';

const NO_CHARTS = new Map<string, string>();

test('the policy allows the style and the script of the page by their hashes, and nothing from elsewhere', () => {
  for (const document of Object.values({ ...PAGES, ...NETWORK_PAGES })) {
    const page = renderPage(document, NO_CHARTS);
    const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    const hashOf = (name: string): string => {
      const text = new RegExp(`<${name}>([^]*?)</${name}>`).exec(page)?.[1] ?? '';
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/<[^>]* (style|on\w+)=/);
    expect(page).not.toMatch(/(src|href)="(?!data:|\.\/|#)/);
  }
});

test('texts of a result become no markup', () => {
  const tags = (page: string): string => (page.match(/<\/?[a-z][a-z0-9]*/g) ?? []).join(' ');
  const page = renderPage(hostileDocument(), NO_CHARTS);
  expect(page.match(/<(script|style|title|img)\b/g)).toEqual(['<title', '<style', '<script']);
  expect(tags(page)).not.toContain('<img');
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(page).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
});

test('a template escapes strings, and inserts only its own markup', () => {
  const text = '<b>&"\'';
  expect(String(html`<p title="${text}">${[text, html`<i>${1}</i>`, undefined, false]}</p>`)).toBe(
    '<p title="&lt;b&gt;&amp;&quot;&#39;">&lt;b&gt;&amp;&quot;&#39;<i>1</i></p>',
  );
  expect(() => inlineElement('script', 'a</SCRIPT>b')).toThrow(RangeError);
});

test('commands in a sentence can be copied without the words around them', () => {
  const commands = (line: string): string[] =>
    [...String(renderWithCommands(line)).matchAll(/data-copy(?:="")?>([^<]*)</g)].map(([, command = '']) => command);
  expect(commands('See it: kubectl get nodes -o wide, or oc get nodes (or none)')).toEqual([
    'kubectl get nodes -o wide',
    'oc get nodes',
  ]);
  expect(
    commands('Cordoned: kubectl uncordon NODE. Not for KubeVirt? kubectl get pods -A -l kubevirt.io=virt-handler'),
  ).toEqual(['kubectl uncordon NODE', 'kubectl get pods -A -l kubevirt.io=virt-handler']);
  expect(commands('a second node (kubectl uncordon NODE; taints)')).toEqual(['kubectl uncordon NODE']);
  expect(commands('kubectl is not a command here')).toEqual(['kubectl is not a command here']);
});

test('commands on lines of their own are copied one by one, and other lines together', () => {
  const blocks = (step: string): string[] =>
    [...String(renderStep(step)).matchAll(/<pre data-copy(?:="")?><code>([^<]*)</g)].map(([, block = '']) => block);
  expect(blocks('Look:\nkubectl get a\nkubectl get b')).toEqual(['kubectl get a', 'kubectl get b']);
  expect(blocks('Add this rule:\n- apiGroups: [x]\n  verbs: [get]')).toEqual(['- apiGroups: [x]\n  verbs: [get]']);
  expect(blocks('Run it again')).toEqual([]);
});

test('a mesh counts what was measured, and explains contended pairs and the signs of the stages', () => {
  const textOf = (name: string): string =>
    renderPage(NETWORK_PAGES[name] ?? missing(), NO_CHARTS)
      .replace(/<(style|script)[^]*?<\/\1>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replaceAll('&quot;', '"')
      .replace(/\s+/g, ' ');
  const incomplete = textOf('mesh of 20');
  for (const part of [
    '20 in 3 zones, 171 of 190 pairs measured',
    'Nodes left out control-1',
    'p90 of 95% of pairs 604 µs or less; threshold 2 ms',
    'setup 900 ms; 1 VM did not start',
    'retest failed after 900 ms; judged here: 18 of 171 pairs failed',
  ]) {
    expect(incomplete).toContain(part);
  }
  expect(textOf('mesh that passed')).toContain('7 in 2 zones, 21 pairs measured');
  const large = textOf('mesh of 100');
  expect(large).toContain('1 contended (passed alone, slower while other pairs were measured)');
  expect(large).toContain('97 of 4,790 pairs failed. Probably node "w042" (96 of its 96 pairs failed).');
});

test('lists parameters that differ from their default first', () => {
  const page = renderPage(PAGES['several routes'] ?? missing(), NO_CHARTS);
  const order = ['maxDesiredLatencyMilliseconds', 'ipFamilies', 'sampleDurationSeconds'].map((name) =>
    page.indexOf(`spec.param.${name}`),
  );
  expect(order.every((place, index) => place > (order[index - 1] ?? 0))).toBe(true);
});

test('embeds a chart as an image, not as markup', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 700"><script>alert(1)</script></svg>';
  const page = renderPage(PAGES['success'] ?? missing(), new Map([['charts/ipv4-sourceToTarget-rtt.svg', svg]]));
  expect(page).toContain(`src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}"`);
  expect(page).toMatch(/width="960"\s+height="700"/);
  expect(page).not.toContain('alert(1)');
});

function missing(): never {
  throw new Error('no such page');
}

test('a live migration has a section with its gaps, phases and chart; without one there is none', () => {
  const page = renderPage(
    PAGES['migration gap exceeded'] ?? missing(),
    new Map([['charts/migration.svg', '<svg viewBox="0 0 960 320"></svg>']]),
  );
  expect(page).toContain('The longest gap around the live migration, 2.44 s, exceeds the threshold of 1 s.');
  expect(page).toContain('from node-2 to node-3. The longest gap was before the switch');
  expect(page).toContain('over the threshold of 1 s');
  expect(page).toMatch(/href="[^"]*charts\/migration\.svg"/);
  expect(page).toMatch(/switch to the new node[\s\S]*2\.9 s[\s\S]*Succeeded[\s\S]*3\.5 s/);
  expect(renderPage(PAGES['success'] ?? missing(), NO_CHARTS)).not.toContain('Live migration');
});
