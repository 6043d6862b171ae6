/** Removes the VMIs that a worker could not, because it was killed: from the main process, on a clock of its own. */
import { isStatus } from '../fixtures/cluster/api-error.ts';
import type { Cluster } from '../fixtures/cluster/cluster.ts';
import type { ObjectRef } from '../model/events.ts';

const LOOK_EVERY_MS = 500;

/** Answers those that are seen to be gone within `budgetMs`; whatever goes wrong on the way is tried again until then. */
export async function removeLeftBehind(
  cluster: Cluster,
  vmis: readonly ObjectRef[],
  budgetMs: number,
): Promise<readonly ObjectRef[]> {
  const deadline = performance.now() + budgetMs;
  const gone: ObjectRef[] = [];
  const remove = async (vmi: ObjectRef): Promise<void> => {
    while (performance.now() < deadline) {
      if (await isGone(cluster, vmi)) {
        gone.push(vmi);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, budgetMs);
  });
  await Promise.race([Promise.all(vmis.map(remove)), limit]);
  clearTimeout(timer);
  return gone;
}

/** A delete that is repeated does no harm; only the server's word that there is nothing to delete ends it. */
async function isGone(cluster: Cluster, vmi: ObjectRef): Promise<boolean> {
  try {
    await cluster.deleteVmi(vmi);
    return false;
  } catch (error) {
    return isStatus(error, 404);
  }
}
