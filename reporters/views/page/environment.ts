// SPDX-License-Identifier: Apache-2.0
/** What the run met: versions, the VMs, and where the checkup itself ran. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderFold } from './fold.ts';
import { html, type Content, type Html } from './html.ts';
import { renderInstant } from './quantity.ts';

export function renderEnvironment(document: ResultDocument): Html {
  const { cluster, network, image, source, target, environment, configMap, runId, startTimestamp } = document;
  const facts: [name: string, value: Content][] = [
    ['Kubernetes', cluster.kubernetes],
    ['KubeVirt', cluster.kubeVirt],
    ['Binding', network && `${network.binding}: ${network.reason}`],
    ['Guest image', image && html`<code>${image}</code>`],
    ['Source VM', placement(source)],
    ['Target VM', placement(target)],
    ['ConfigMap', configMap && `${configMap.namespace}/${configMap.name}`],
    ['Run id', runId],
    ['Started', startTimestamp && renderInstant(startTimestamp)],
    ['Ended', renderInstant(document.completionTimestamp)],
    ['Checkup', environment && `${environment.checkup}, Node.js ${environment.node}, ${environment.platform}`],
  ];
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  const versions = Object.entries({ Kubernetes: cluster.kubernetes, KubeVirt: cluster.kubeVirt });
  const note = versions.flatMap(([name, version]) => (version === undefined ? [] : [`${name} ${version}`])).join(', ');
  const list = html`<dl class="facts">
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
  return renderFold('Environment', note, list);
}

function placement({ node, addresses }: ResultDocument['source']): string | undefined {
  const parts = [...(node === undefined ? [] : [`node ${node}`]), ...addresses];
  return parts.length === 0 ? undefined : parts.join(', ');
}
