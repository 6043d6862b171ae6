/** Writes the results into the ConfigMap that this run claimed; into no other. */
import { ApiError, isStatus } from '../fixtures/cluster/api-error.ts';
import type { Cluster } from '../fixtures/cluster/cluster.ts';
import { START_TIMESTAMP } from '../fixtures/input/claim.ts';
import { messageOf } from '../model/errors.ts';
import type { ClaimedConfigMap } from '../model/events.ts';

const ATTEMPTS = 8;
const PAUSE_MS = 250;
/** A pod that was told to end has little time left, and the reason must still reach stdout. */
const LIMIT_MS = 15_000;

function passing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === undefined || error.status === 409 || error.status >= 429);
}

/** @throws Error saying why the results could not be written. */
export async function writeStatus(...written: Parameters<typeof write>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const [, { namespace, name }] = written;
      reject(new Error(`failed to write the results to ConfigMap "${namespace}/${name}" within ${LIMIT_MS / 1000}s`));
    }, LIMIT_MS);
  });
  await Promise.race([write(...written), limit]).finally(() => {
    clearTimeout(timer);
  });
}

async function write(
  cluster: Cluster,
  claim: ClaimedConfigMap,
  status: Readonly<Record<string, string>>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const current = await cluster.readConfigMap(claim);
      if (current.uid !== claim.uid || current.data[START_TIMESTAMP] !== claim.startTimestamp) {
        throw new Error('it no longer belongs to this run');
      }
      await cluster.updateConfigMap(current, { ...current.data, ...status });
      return;
    } catch (error) {
      if (passing(error) && attempt < ATTEMPTS) {
        if (!isStatus(error, 409)) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
        continue;
      }
      throw new Error(
        `failed to write the results to ConfigMap "${claim.namespace}/${claim.name}": ${messageOf(error)}`,
        { cause: error },
      );
    }
  }
}
