// SPDX-License-Identifier: Apache-2.0
/** The networks of a run: one is shown like a run of its own; several are a list that opens, failed ones open. */
import type { MeshResult } from '../../../model/mesh/mesh-result.ts';
import type { NetworkResult, ResultDocument } from '../../../model/result-document.ts';
import { stagesOf } from '../../../model/stages.ts';
import { renderCharts, type Charts } from './charts.ts';
import { renderDiagnoses } from './diagnosis.ts';
import { renderFigures } from './figures.ts';
import { isHistoryTheReason, renderRegression, renderHistory } from './history.ts';
import { html, type Content, type Html } from './html.ts';
import { renderMaps, renderMeshFigures, renderMissingNodes, renderPairsOf, type MeshView } from './mesh/mesh.ts';
import { renderSuspects } from './mesh/suspects.ts';
import { renderMigration } from './migration.ts';
import { documentOf, networkId, networkSentence, renderSign, verdictClass } from './network.ts';
import { placesOfNetwork, type Place } from './places.ts';
import { renderCount } from './quantity.ts';
import { PAGE, type Scope } from './scope.ts';
import { renderStages, type StageNotes } from './stages.ts';
import { renderTiles } from './tiles.ts';

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
      <span class="headline">${networkSentence(document, network)}${renderRegression(network)}</span>
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
  // The sentence of the network has the reason.
  if (own.stages.length === 0 && own.failures.length === 0) return '';
  const history = renderHistory(own, scope);
  const isReason = isHistoryTheReason(own);
  const stages = renderStagesOf(document, own, scope, stageNotes(own, network.mesh));
  if (network.mesh === undefined) {
    return [
      places,
      renderTiles(own, scope),
      ...(isReason ? [history, renderDiagnoses(own, scope)] : [renderDiagnoses(own, scope), history]),
      renderMigration(own, charts, network.network, scope),
      renderCharts(own, charts, network.network, scope),
      stages,
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
    isReason && history,
    renderSuspects(network, scope),
    renderDiagnoses(unexplained(own, network.mesh), scope),
    renderMissingNodes(view),
    renderMeshFigures(view),
    !isReason && history,
    renderMaps(view),
    renderPairsOf(view),
    stages,
  ];
}

/** The input is a stage of the run: of several networks, none has it. */
function renderStagesOf(document: ResultDocument, own: ResultDocument, scope: Scope, notes: StageNotes): Content {
  const all = stagesOf(document.parameters);
  if (scope === PAGE) return renderStages({ ...own, stages: document.stages }, all, scope, notes);
  return renderStages(
    own,
    all.filter((stage) => stage !== 'input'),
    scope,
    notes,
  );
}

/** A VM that does not start is no failure of the setup, and the last stage of a mesh judges the pairs of all rounds. */
function stageNotes({ failures }: ResultDocument, mesh: MeshResult | undefined): StageNotes {
  if (mesh === undefined) return {};
  const { notMeasured, pairsFailed, pairsMeasured } = mesh;
  const vms = `${notMeasured.length} ${notMeasured.length === 1 ? 'VM' : 'VMs'} did not start`;
  const isJudged = failures.some(({ stage, code }) => stage === 'retest' && code === 'PairsFailed');
  return {
    ...(notMeasured.length > 0 && { setup: vms }),
    ...(isJudged && {
      retest: `judged here: ${renderCount(pairsFailed)} of ${renderCount(pairsMeasured)} pairs failed`,
    }),
  };
}

/** What the suspects and the list of nodes explain is not repeated. */
function unexplained(own: ResultDocument, { suspects, notMeasured }: MeshResult): ResultDocument {
  const isExplained = suspects.some(({ slow }) => slow === undefined) || notMeasured.length > 0;
  const failures = own.failures.filter(
    ({ code }) => !isExplained || (code !== 'PairsFailed' && code !== 'MeshIncomplete'),
  );
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
