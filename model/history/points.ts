// SPDX-License-Identifier: Apache-2.0
/** The earlier runs on one network as points of a chart or rows of a table. */
import * as v from 'valibot';
import { ERROR_CODES } from '../errors.ts';
import { lossPercent } from '../sample.ts';
import { described, PERCENT, WHOLE, type Infer } from '../schema.ts';
import { comparableRuns } from './comparable.ts';
import type { HistoryFigures, HistoryNetwork, HistoryRun } from './history-run.ts';
import { TREND_STATE } from './trend.ts';

export const HISTORY_POINT = v.object({
  time: described(v.pipe(v.string(), v.isoTimestamp()), 'status.completionTimestamp of the run.'),
  succeeded: described(v.boolean(), 'Whether the network passed.'),
  code: v.exactOptional(described(v.picklist(ERROR_CODES), 'Of its first failure.')),
  p50Ns: v.exactOptional(described(WHOLE, 'Median latency, nanoseconds. Absent if the measurement was not completed.')),
  p90Ns: v.exactOptional(described(WHOLE, '90th percentile, nanoseconds.')),
  judgedNs: v.exactOptional(described(WHOLE, 'The judged statistic, nanoseconds.')),
  lossPercent: v.exactOptional(described(PERCENT, 'Packets without a reply, percent.')),
  gapNs: v.exactOptional(described(WHOLE, 'Longest gap around a live migration, nanoseconds.')),
  worst: v.exactOptional(
    described(
      v.string(),
      'The nodes of the slowest route or of the worst pair, the source first, with a space between.',
    ),
  ),
  trend: v.exactOptional(described(TREND_STATE, 'How it compared with the runs before.')),
  isNewBaseline: v.exactOptional(
    described(v.literal(true), 'It was not comparable with any run before: other nodes, parameters, image or version.'),
  ),
});
export type HistoryPoint = Infer<typeof HISTORY_POINT>;

/** Returns a point for each run on a network, the oldest first. */
export function historyPoints(runs: readonly HistoryRun[], network: string): HistoryPoint[] {
  const earlier: HistoryFigures[] = [];
  return runs.flatMap(({ time, networks }) =>
    networks
      .filter((one) => one.network === network)
      .map((one) => {
        const { figures } = one;
        const isNewBaseline =
          figures !== undefined && earlier.length > 0 && comparableRuns(earlier, figures).length === 0;
        if (figures !== undefined) earlier.push(figures);
        return { ...pointOf(time, one), ...(isNewBaseline && { isNewBaseline }) };
      }),
  );
}

function pointOf(time: string, { succeeded, code, trend, figures }: HistoryNetwork): HistoryPoint {
  const outcome = { time, succeeded, ...(code !== undefined && { code }), ...(trend !== undefined && { trend }) };
  if (figures === undefined) return outcome;
  const { p50Ns, p90Ns, judgedNs, sent, lost, gapNs, worst } = figures;
  const loss = Number(lossPercent({ transmitted: sent, received: sent - lost }));
  const gap = gapNs === undefined ? {} : { gapNs };
  return { ...outcome, p50Ns, p90Ns, judgedNs, lossPercent: Math.min(100, loss), ...gap, worst };
}
