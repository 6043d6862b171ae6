/** The networks of a run: one is shown like a run of its own; several are a list that opens, failed ones open. */
import type { MeshResult } from '../../../model/mesh/mesh-result.ts';
import type { NetworkResult, ResultDocument } from '../../../model/result-document.ts';
import type { Stage } from '../../../model/stages.ts';
import { renderCharts, type Charts } from './charts.ts';
import { renderDiagnoses } from './diagnosis.ts';
import { renderFigures } from './figures.ts';
import { html, type Content, type Html } from './html.ts';
import { renderMaps, renderMeshFigures, renderMissingNodes, renderPairsOf, type MeshView } from './mesh/mesh.ts';
import { renderSuspects } from './mesh/suspects.ts';
import { documentOf, networkId, networkSentence, renderSign, verdictClass } from './network.ts';
import { placesOfNetwork, type Place } from './places.ts';
import { PAGE } from './scope.ts';
import { renderStages } from './stages.ts';
import { renderTiles } from './tiles.ts';

/** `input` is a stage of the run, not of a network. */
const PAIR_STAGES: readonly Stage[] = ['prerequisites', 'setup', 'connectivity', 'latency', 'teardown'];

export function renderNetworks(document: ResultDocument, networks: readonly NetworkResult[], charts: Charts): Content {
  const [first] = networks;
  if (first !== undefined && networks.length === 1) return renderNetwork(document, first, charts, undefined);
  return networks.map((network, index) => renderItem(document, network, charts, index + 1));
}

function renderItem(document: ResultDocument, network: NetworkResult, charts: Charts, index: number): Html {
  const { namespace, name } = network.network;
  return html`<details
    class="network ${verdictClass(network)}"
    id="${networkId(index)}"
    ${!network.succeeded && html`open`}
  >
    <summary>
      ${renderSign(network)}
      <h2 id="${networkId(index)}-name">${namespace}/${name}</h2>
      <span class="headline">${networkSentence(document, network)}</span>
    </summary>
    ${renderNetwork(document, network, charts, index)}
  </details>`;
}

function renderNetwork(
  document: ResultDocument,
  network: NetworkResult,
  charts: Charts,
  index: number | undefined,
): Content {
  const own = documentOf(document, network);
  const { namespace, name } = network.network;
  const scope = index === undefined ? PAGE : { id: `${networkId(index)}-`, of: `, ${namespace}/${name}` };
  const places = index !== undefined && renderPlaces(placesOfNetwork(own, network));
  const begun = own.stages.map(({ stage }) => stage);
  // The sentence of the network has the reason.
  if (begun.length === 0 && own.failures.length === 0) return '';
  if (network.mesh === undefined) {
    return [
      places,
      renderTiles(own, scope),
      renderDiagnoses(own, scope),
      renderCharts(own, charts, network.network, scope),
      renderStages(own, PAIR_STAGES, scope),
      renderFigures(own, scope),
    ];
  }
  const view: MeshView = {
    mesh: network.mesh,
    pairs: network.pairs ?? [],
    maxLatencyNs: document.parameters?.maxLatencyNs,
    scope,
    csv: document.files?.find(({ path }) => path === 'pairs.csv')?.path,
  };
  return [
    places,
    renderSuspects(network, scope),
    renderDiagnoses(unexplained(own, network.mesh), scope),
    renderMissingNodes(view, own),
    renderMeshFigures(view),
    renderMaps(view),
    renderPairsOf(view),
    renderStages(own, begun, scope),
  ];
}

/** What the suspects and the list of nodes explain is not repeated. */
function unexplained(own: ResultDocument, { suspects, notMeasured }: MeshResult): ResultDocument {
  const failures = own.failures.filter(({ code, diagnosis }) => {
    const isExplained =
      code === 'PairsFailed' ? suspects.length > 0 : code === 'MeshIncomplete' && notMeasured.length > 0;
    return diagnosis !== undefined || !isExplained;
  });
  return failures.length === 0 && own.failures.length > 0 ? { ...own, succeeded: true } : { ...own, failures };
}

/** Returns "" if nothing is known. */
function renderPlaces(places: readonly Place[]): Content {
  return (
    places.length > 0 &&
    html`<dl class="where">
      ${places.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`
  );
}
