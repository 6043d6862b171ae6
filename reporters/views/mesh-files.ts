// SPDX-License-Identifier: Apache-2.0
/** The files of the meshes of a run, in addition to result.json: the pairs as a table, and each network's heat map. */
import { heatMapFile } from '../../model/chart-files.ts';
import { IP_FAMILIES } from '../../model/ip-family.ts';
import { renderRef } from '../../model/object-ref.ts';
import type { NetworkResult, ResultDocument } from '../../model/result-document.ts';
import { renderScope } from '../../model/routes.ts';
import { renderHeatMapFile } from './page/mesh/heat-map.ts';
import { renderPairsCsv } from './pairs-csv.ts';

const PAIRS_FILE = 'pairs.csv';

export interface MeshFile {
  /** Relative to the artifacts directory. */
  readonly file: string;
  readonly text: string;
}

/** Returns no file for a run without a mesh. */
export function renderMeshFiles(document: ResultDocument): MeshFile[] {
  const csv = renderPairsCsv(document);
  const maps = (document.networks ?? []).flatMap((network) => heatMaps(document, network));
  return [...(csv === undefined ? [] : [{ file: PAIRS_FILE, text: csv }]), ...maps];
}

/** With several IP families, one map for each. */
function heatMaps({ parameters }: ResultDocument, { network, mesh, pairs = [] }: NetworkResult): MeshFile[] {
  if (mesh === undefined) return [];
  const families = IP_FAMILIES.filter((family) => pairs.some((pair) => pair.family === family));
  return families.map((family) => {
    const several = families.length > 1;
    const title = `${renderRef(network)}${several ? `, ${renderScope([family])}` : ''}`;
    const text = renderHeatMapFile({ mesh, pairs, maxLatencyNs: parameters?.maxLatencyNs }, family, title);
    return { file: heatMapFile(network, several ? family : undefined), text };
  });
}
