// SPDX-License-Identifier: Apache-2.0
/** `npm run checkup -- --history`: prints the runs that this command saved, or those of a ConfigMap. */
import { record, strings } from '../fixtures/cluster/objects.ts';
import { messageOf } from '../model/errors.ts';
import { parseHistory, type History } from '../model/history/history-run.ts';
import { renderRef, type ObjectRef } from '../model/object-ref.ts';
import { HISTORY_KEYS } from '../model/status-keys.ts';
import { findKubectl, type Kubectl } from './kubectl.ts';
import type { HistoryRequest } from './options.ts';
import { renderRuns } from './render-history.ts';
import { networkDirectory } from './run-directory.ts';
import { describeDamage, readSavedRuns, savedRunsFile } from './saved-runs.ts';

/** Of an output that is no terminal. */
const WIDTH = 80;

/** @throws Error if the runs cannot be read */
export async function showHistory(request: HistoryRequest): Promise<void> {
  const { runs, damaged, where } = await readRuns(request);
  if (damaged > 0) console.log(`warning: ${describeDamage(damaged, where, 'not shown')}`);
  if (runs.length === 0) {
    console.log(`No runs in ${where}`);
    return;
  }
  const selected = request.networks.map(renderRef);
  for (const line of renderRuns(runs, { selected, where, width: process.stdout.columns || WIDTH })) console.log(line);
}

interface FoundRuns extends History {
  readonly where: string;
}

async function readRuns({ configMap, ...request }: HistoryRequest): Promise<FoundRuns> {
  const program = process.env['KUBECTL'];
  if (configMap !== undefined) return readFromConfigMap(await findKubectl(program, configMap.namespace), configMap);
  const { cluster } = await findKubectl(program, undefined).catch((error: unknown) => {
    const why = 'the directory of the saved runs has the name of the cluster, and kubectl does not name it';
    throw new Error(`${why}: ${messageOf(error)}`, { cause: error });
  });
  const parent = networkDirectory({ ...request, cluster });
  return { ...(await readSavedRuns(parent)), where: savedRunsFile(parent) };
}

/** @throws Error with kubectl's message */
async function readFromConfigMap(kubectl: Kubectl, configMap: ObjectRef): Promise<FoundRuns> {
  const found = await kubectl.getJson(['get', 'configmap', configMap.name, '-o', 'json']);
  const text = strings(record(found?.['data']))[HISTORY_KEYS.runs] ?? '';
  return { ...parseHistory(text), where: `"${HISTORY_KEYS.runs}" of ConfigMap ${renderRef(configMap)}` };
}
