/**
 * The arithmetic of a sample of round-trip times. Nothing is rounded here. Times are in any one unit; a request's sequence
 * number is its place among the requests, from 1, and may be any size.
 */

/**
 * The value below which the share `p` of a sample lies, by linear interpolation between the two values around the rank
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
 * The standard deviation of the values as a whole population: divided by n, as ping's mdev is, not by n - 1.
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
 * Jitter: the mean of |RTT(i) - RTT(i - 1)| over all i where both request i and request i - 1 were answered. RFC 3550 §6.4.1
 * smooths the same differences; here each counts alike. Undefined when no two requests in a row were answered.
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

/** A reply as it came; `stamp` is when, by the clock of the one who asked, where it was written down. */
export interface Arrival extends RoundTrip {
  readonly stamp?: number;
}

export interface Schedule {
  /** How many requests were sent. */
  readonly transmitted: number;
  /** Between two requests. */
  readonly interval: number;
  /** From the first request to the last reply by a clock that nobody sets, where known. */
  readonly elapsed?: number;
}

/**
 * The longest time without a reply. Request k leaves at (k - 1) · interval; its reply comes one round trip later. So it is the
 * longest of
 * - from the first request to the first reply: (its sequence - 1) · interval + its RTT;
 * - from each reply to the next: the difference of their stamps. Where a stamp is missing, where it lies before the one before
 *   it, or where the two lie further apart than the whole sample took (the clock was set), the difference of their sequence
 *   numbers · interval + the difference of their RTTs. Stamps come first because they also show a guest that stood still: then
 *   no sequence number is missing;
 * - from the last reply to the last request: (transmitted - its sequence) · interval - its RTT, or 0 where the reply came later.
 * Without any reply it is transmitted · interval. In the unit of the input, never below 0.
 * @param arrivals in the order they came, which need not be that of their sequence numbers
 */
export function longestGap(arrivals: readonly Arrival[], { transmitted, interval, elapsed }: Schedule): number {
  const first = arrivals[0];
  const last = arrivals.at(-1);
  if (first === undefined || last === undefined) return transmitted * interval;
  let longest = (first.sequence - 1) * interval + first.rtt;
  let previous = first;
  for (const current of arrivals) {
    longest = Math.max(longest, between(previous, current, interval, elapsed));
    previous = current;
  }
  return Math.max(longest, (transmitted - last.sequence) * interval - last.rtt, 0);
}

function between(earlier: Arrival, later: Arrival, interval: number, elapsed: number | undefined): number {
  if (earlier.stamp !== undefined && later.stamp !== undefined) {
    const apart = later.stamp - earlier.stamp;
    if (apart >= 0 && (elapsed === undefined || apart <= elapsed)) return apart;
  }
  return (later.sequence - earlier.sequence) * interval + later.rtt - earlier.rtt;
}
