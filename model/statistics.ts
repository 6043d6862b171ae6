// SPDX-License-Identifier: Apache-2.0
/**
 * The arithmetic of a sample of round-trip times. Nothing is rounded here. Times are in any one unit; a request's sequence
 * number is its place among the requests, from 1, and may be any size.
 */

/**
 * Returns the value below which the share `p` of a sample lies, by linear interpolation between the two values around the rank
 * (n - 1) p: definition 7 of Hyndman & Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996),
 * which is the default of R's quantile, NumPy's percentile and the PERCENTILE function of spreadsheets.
 * @param sorted at least one value, ascending
 * @param p from 0 to 1
 * @throws RangeError for an empty sample, or p outside of 0 to 1.
 */
export function quantile(sorted: readonly number[], p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`expected a share from 0 to 1, saw ${p}`);
  const rank = (sorted.length - 1) * p;
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  if (below === undefined || above === undefined) throw new RangeError('an empty sample has no quantiles');
  return below + (above - below) * (rank - Math.floor(rank));
}

/** @throws RangeError for an empty sample. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('an empty sample has no mean');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Returns the standard deviation of the values as a whole population: divided by n, like ping's mdev, not by n - 1.
 * @throws RangeError for an empty sample.
 */
export function populationStandardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** The round-trip time of the reply to one request. */
export interface RoundTrip {
  readonly sequence: number;
  readonly rtt: number;
}

/**
 * Returns the jitter: the mean of |RTT(i) - RTT(i - 1)| over all i for which both request i and request i - 1 have a reply. RFC 3550
 * §6.4.1 smooths the same differences; here all have equal weight. Undefined if no two successive requests have a reply.
 * @param roundTrips one per sequence number, in any order
 */
export function meanSuccessiveDifference(roundTrips: readonly RoundTrip[]): number | undefined {
  const ordered = roundTrips.toSorted((a, b) => a.sequence - b.sequence);
  const differences: number[] = [];
  let previous: RoundTrip | undefined;
  for (const current of ordered) {
    if (previous?.sequence === current.sequence - 1) differences.push(Math.abs(current.rtt - previous.rtt));
    previous = current;
  }
  return differences.length === 0 ? undefined : mean(differences);
}

/** A reply in the order of arrival; `stamp` is its time of arrival by the clock of the sender, if it was recorded. */
export interface Arrival extends RoundTrip {
  readonly stamp?: number;
}

export interface Schedule {
  /** How many requests were sent. */
  readonly transmitted: number;
  /** Between two requests. */
  readonly interval: number;
  /** From the first request to the last reply by a monotonic clock, if known. */
  readonly elapsed?: number;
}

/** A time without a reply. */
export interface Gap {
  /** After the first request. */
  readonly start: number;
  readonly length: number;
}

/**
 * Returns every time without a reply, in order; together they cover the sample. Request k is sent at (k - 1) · interval; its reply
 * arrives one round trip later. The gaps are
 * - from the first request to the first reply: (its sequence - 1) · interval + its RTT;
 * - from each reply to the next: the difference of their stamps. If a stamp is missing or earlier than the previous one,
 *   or if the difference exceeds the duration of the sample (the clock was set), it is the difference of their sequence
 *   numbers · interval + the difference of their RTTs. Stamps are preferred because they also show a paused guest: no
 *   sequence number is missing then;
 * - from the last reply to the last request: (transmitted - its sequence) · interval - its RTT, or 0 if the reply arrived later.
 * Without any reply the only gap is transmitted · interval. The unit is that of the input; no length is negative.
 * @param arrivals in the order of arrival, which may differ from that of their sequence numbers
 */
export function gapsOf(arrivals: readonly Arrival[], { transmitted, interval, elapsed }: Schedule): Gap[] {
  const first = arrivals[0];
  const last = arrivals.at(-1);
  if (first === undefined || last === undefined) return [{ start: 0, length: transmitted * interval }];
  const gaps = [{ start: 0, length: (first.sequence - 1) * interval + first.rtt }];
  let start = (first.sequence - 1) * interval + first.rtt;
  let previous = first;
  for (const current of arrivals.slice(1)) {
    const length = Math.max(between(previous, current, interval, elapsed), 0);
    gaps.push({ start, length });
    start += length;
    previous = current;
  }
  gaps.push({ start, length: Math.max((transmitted - last.sequence) * interval - last.rtt, 0) });
  return gaps;
}

/** Returns the longest time without a reply: the longest of `gapsOf`. */
export function longestGap(arrivals: readonly Arrival[], schedule: Schedule): number {
  return gapsOf(arrivals, schedule).reduce((longest, { length }) => Math.max(longest, length), 0);
}

function between(earlier: Arrival, later: Arrival, interval: number, elapsed: number | undefined): number {
  if (earlier.stamp !== undefined && later.stamp !== undefined) {
    const apart = later.stamp - earlier.stamp;
    if (apart >= 0 && (elapsed === undefined || apart <= elapsed)) return apart;
  }
  return (later.sequence - earlier.sequence) * interval + later.rtt - earlier.rtt;
}
