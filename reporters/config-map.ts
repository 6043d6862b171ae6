// SPDX-License-Identifier: Apache-2.0
/** Writes the results into the ConfigMap that this run claimed; into no other. */
import type { Cluster } from '../fixtures/cluster/cluster.ts';
import { UpdateRetry } from '../fixtures/cluster/update-retry.ts';
import { claimConfigMap, isClaimed } from '../fixtures/input/claim.ts';
import { configMapRef } from '../fixtures/input/configmap-ref.ts';
import { messageOf } from '../model/errors.ts';
import type { ClaimedConfigMap } from '../model/events.ts';
import type { RunRecord } from './record.ts';

/**
 * Returns the ConfigMap of the run; undefined when the claim was refused. Writes the claim when the worker did not, or when it is
 * unknown whether it did.
 */
export async function writeClaim(cluster: Cluster, record: RunRecord): Promise<ClaimedConfigMap | undefined> {
  if (record.claim?.state === 'held') return record.claim.configMap;
  if (record.claim?.state === 'refused') return undefined;
  if (record.claim !== undefined) {
    const { configMap } = record.claim;
    if (isClaimed(await cluster.readConfigMap(configMap), configMap)) return configMap;
  } else if (record.failures.length > 0) return undefined;
  const { configMap } = await claimConfigMap(cluster, configMapRef(process.env), process.env);
  return configMap;
}

/**
 * Writes the keys of the run's end, and returns that end by the API server's clock, as the start is.
 * @param statusAt returns the keys from the end and the data that the ConfigMap has at that moment.
 * @throws Error saying why the results could not be written.
 */
export async function writeStatus(
  cluster: Cluster,
  claim: ClaimedConfigMap,
  statusAt: (completed: Date, data: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<Date> {
  const rounds = new UpdateRetry();
  let completed: Date | undefined;
  for (;;) {
    try {
      const current = await cluster.readConfigMap(claim);
      if (!isClaimed(current, claim)) throw new Error('it no longer belongs to this run');
      completed ??= current.serverTime ?? new Date();
      const status = Object.entries(statusAt(completed, current.data));
      // An earlier attempt, whose answer was lost or not understood, was made.
      const written = status.every(([key, value]) => current.data[key] === value);
      if (!written) await cluster.updateConfigMap(current, { ...current.data, ...Object.fromEntries(status) });
      return completed;
    } catch (error) {
      if (await rounds.shouldRetry(cluster, 'update configmap', error)) continue;
      const what = `ConfigMap "${claim.namespace}/${claim.name}"`;
      throw new Error(`failed to write the results to ${what}: ${messageOf(error)}`, { cause: error });
    }
  }
}
