// SPDX-License-Identifier: Apache-2.0
/** What the checkup measured and where it wrote the results: network, nodes, ConfigMap. */
import type { MeshResult } from '../../../model/mesh/mesh-result.ts';
import type { NetworkResult, ResultDocument } from '../../../model/result-document.ts';
import { html, type Content, type Html } from './html.ts';
import { networkId, renderSign } from './network.ts';
import { renderCount } from './quantity.ts';

export type Place = readonly [name: string, value: Content];

export function placesOf(document: ResultDocument): readonly Place[] {
  return document.networks === undefined ? places(document) : networkPlaces(document, document.networks);
}

function places(document: ResultDocument): Place[] {
  const { parameters, network, configMap } = document;
  const places: Place[] = [];
  if (parameters !== undefined) {
    const { namespace, name } = parameters.network;
    const binding = network && html` <span class="quiet">(${network.binding} binding)</span>`;
    places.push(['Network', html`<b>${namespace}/${name}</b>${binding}`]);
  }
  const nodes = nodesOf(document);
  if (nodes !== undefined) places.push(['Nodes', nodes]);
  if (configMap !== undefined) places.push(['ConfigMap', html`${configMap.namespace}/${configMap.name}`]);
  return places;
}

function networkPlaces({ configMap }: ResultDocument, networks: readonly NetworkResult[]): Place[] {
  const several = networks.length > 1;
  const names = networks.map((network, index) => {
    const { namespace, name } = network.network;
    if (!several) return html`<b>${namespace}/${name}</b>`;
    return html`<li>${renderSign(network)} <a href="#${networkId(index + 1)}">${namespace}/${name}</a></li>`;
  });
  const mesh = several ? undefined : networks[0]?.mesh;
  return [
    [
      several ? 'Networks' : 'Network',
      several
        ? html`<ul class="names">
            ${names}
          </ul>`
        : names,
    ],
    ...(mesh === undefined ? [] : [['Nodes', nodesOfMesh(mesh)] satisfies Place]),
    ...(configMap === undefined ? [] : [['ConfigMap', `${configMap.namespace}/${configMap.name}`] satisfies Place]),
  ];
}

/** What is known of one of several networks, in addition to its name. */
export function placesOfNetwork(own: ResultDocument, { mesh, binding }: NetworkResult): readonly Place[] {
  const nodes = mesh === undefined ? nodesOf(own) : nodesOfMesh(mesh);
  return [
    ...(nodes === undefined ? [] : [['Nodes', nodes] satisfies Place]),
    ...(binding === undefined ? [] : [['Binding', binding] satisfies Place]),
  ];
}

function nodesOfMesh({ nodes, zones, pairsMeasured, pairsPlanned }: MeshResult): Html {
  const count = new Set(Object.values(zones)).size;
  const planned = pairsMeasured < pairsPlanned && ` of ${renderCount(pairsPlanned)}`;
  return html`<b>${nodes.length}</b>${count > 1 && ` in ${count} zones`}, ${renderCount(pairsMeasured)}${planned}
    ${pairsPlanned === 1 ? 'pair' : 'pairs'} measured`;
}

function nodesOf({ source, target, parameters }: ResultDocument): Html | undefined {
  const [from, to] = [source.node, target.node];
  if (from !== undefined || to !== undefined) return html`${nodeOf(from)} → ${nodeOf(to)}`;
  const { sourceNode, targetNode } = parameters ?? {};
  if (sourceNode === undefined && targetNode === undefined) return undefined;
  return html`${sourceNode ?? 'any'} → ${targetNode ?? 'any'} <span class="quiet">(as configured)</span>`;
}

function nodeOf(node: string | undefined): Html {
  return node === undefined ? html`<span class="quiet">not scheduled</span>` : html`<b>${node}</b>`;
}
