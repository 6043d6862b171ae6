// SPDX-License-Identifier: Apache-2.0
/** One network of a run: its part of the document, its sentence and its sign. */
import type { NetworkResult, ResultDocument } from '../../../model/result-document.ts';
import { html, type Html } from './html.ts';
import { asSentence, renderCount, renderTime } from './quantity.ts';
import { sentenceOf } from './sentence.ts';

/** Returns the document of a run on one network: its verdict, figures and failures. */
export function documentOf(document: ResultDocument, network: NetworkResult): ResultDocument {
  const {
    binding,
    bindingReason: reason = '',
    succeeded,
    failureReason,
    image,
    migration,
    stages,
    failures,
    trend,
    history,
  } = network;
  return {
    ...document,
    networks: undefined,
    // A network whose check did not begin was not interrupted.
    interruptedBy: stages.length === 0 ? undefined : document.interruptedBy,
    succeeded,
    failureReason,
    parameters: document.parameters && { ...document.parameters, network: network.network },
    network: binding && { binding, reason },
    image,
    source: network.source ?? { addresses: [] },
    target: network.target ?? { addresses: [] },
    routes: network.routes ?? [],
    migration,
    stages,
    failures,
    trend,
    history,
  };
}

/** Returns the sentence below the verdict of a run with the member `networks`. */
export function networksSentence(document: ResultDocument, networks: readonly NetworkResult[]): string {
  const [first] = networks;
  if (first !== undefined && networks.length === 1) return networkSentence(document, first);
  const failed = networks.filter(({ succeeded }) => !succeeded);
  if (failed.length === 0) return document.succeeded ? `All ${networks.length} networks passed.` : sentenceOf(document);
  const names = failed.slice(0, 3).map(({ network }) => `${network.namespace}/${network.name}`);
  const more = failed.length > names.length ? ` and ${failed.length - names.length} more` : '';
  const counts = `${failed.length} of ${networks.length} networks failed: ${names.join(', ')}${more}.`;
  return document.interruptedBy === undefined ? counts : `${sentenceOf(document)} ${counts}`;
}

export function networkSentence(document: ResultDocument, network: NetworkResult): string {
  const { mesh, succeeded } = network;
  const own = documentOf(document, network);
  if (mesh === undefined || own.interruptedBy !== undefined) return sentenceOf(own);
  if (succeeded) {
    const { medianLatencyNs, pairsMeasured, pairsFailed, nodes } = mesh;
    const median = medianLatencyNs === undefined ? '' : `, median ${renderTime(medianLatencyNs)}`;
    const failed = pairsFailed === 0 ? '' : `; ${renderCount(pairsFailed)} failed, which maxFailedPairs allows`;
    const pairs = pairsMeasured === 1 ? '1 pair' : `${renderCount(pairsMeasured)} pairs`;
    return `${pairs} of ${nodes.length} nodes ${pairsMeasured === 1 ? 'was' : 'were'} measured${median}${failed}.`;
  }
  const suspect = mesh.suspects.find(({ slow }) => slow === undefined);
  // If the network is slower than in earlier runs, maxFailedPairs allows the failed pairs.
  if (suspect !== undefined && network.failures[0]?.code !== 'LatencyRegressed') {
    const counts = `${renderCount(mesh.pairsFailed)} of ${renderCount(mesh.pairsMeasured)} pairs failed`;
    return `${counts}. ${asSentence(suspect.summary)}`;
  }
  return sentenceOf(own);
}

/** The id of a network in the page; from 1, as in the keys of the ConfigMap. */
export function networkId(index: number): string {
  return `network-${index}`;
}

export function verdictClass({ succeeded }: NetworkResult): string {
  return succeeded ? 'passed' : 'failed';
}

export function renderSign(network: NetworkResult): Html {
  const kind = verdictClass(network);
  return html`<span class="sign ${kind}" role="img" aria-label="${kind}">${network.succeeded ? '✓' : '✗'}</span>`;
}
