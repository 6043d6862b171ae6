/**
 * Samples that fast-check makes up, and what both families of ping print of them: from iputils' ping_common.c and BusyBox'
 * networking/ping.c, in the microseconds that they count in.
 */
import fc from 'fast-check';

const US_PER_MS = 1000;
/** 2026-11-24. */
const CLOCK_US = 1_795_500_000_000_000;

export interface AnsweredRequest {
  sequence: number;
  /** What its line says, in milliseconds; the sample itself knows microseconds. */
  printedMs: number;
  /** Microseconds from the first request. */
  arrivedUs: number;
}

export interface PrintedSample {
  text: string;
  iputils: boolean;
  stamped: boolean;
  intervalMs: number;
  transmitted: number;
  duplicates: number;
  errors: number;
  corrupted: number;
  timeMs: number;
  /** One for each reply, in the order they arrived. */
  answered: AnsweredRequest[];
  /** As the summary says: min, avg, max, mdev. Undefined when nothing came. */
  roundTripsUs: [min: number, avg: number, max: number, mdev: number] | undefined;
}

interface Request {
  rttUs: number | undefined;
  duplicateAfterUs: number | undefined;
  corrupted: boolean;
}

interface Way {
  iputils: boolean;
  stamps: boolean;
  precise: boolean;
  intervalMs: number;
  errors: number;
  eol: string;
}

const decimals = (us: number): string => `${Math.floor(us / US_PER_MS)}.${String(us % US_PER_MS).padStart(3, '0')}`;

/** iputils rounds to three digits, in integers. */
function lineTime(us: number, exact: boolean): string {
  if (exact || us < 1000) return decimals(us);
  if (us >= 100_000 - 50) return String(Math.floor((us + 500) / 1000));
  if (us >= 10_000 - 5) return (Math.floor((us + 50) / 100) / 10).toFixed(1);
  return (Math.floor((us + 5) / 10) / 100).toFixed(2);
}

interface Came {
  sequence: number;
  rttUs: number;
  atUs: number;
  note: '' | ' (DUP!)' | ' (BAD CHECKSUM!)';
}

function arrivals(requests: readonly Request[], iputils: boolean, intervalUs: number): Came[] {
  const came = requests.flatMap(({ rttUs, duplicateAfterUs, corrupted }, index): Came[] => {
    if (rttUs === undefined) return [];
    const first = { sequence: index + 1, rttUs, atUs: index * intervalUs + rttUs };
    if (corrupted) return iputils ? [{ ...first, note: ' (BAD CHECKSUM!)' }] : [];
    if (duplicateAfterUs === undefined) return [{ ...first, note: '' }];
    const second = { ...first, rttUs: rttUs + duplicateAfterUs, atUs: first.atUs + duplicateAfterUs };
    return [
      { ...first, note: '' },
      { ...second, note: ' (DUP!)' },
    ];
  });
  return came.sort((a, b) => a.atUs - b.atUs);
}

function roundTrips(counted: readonly number[]): PrintedSample['roundTripsUs'] {
  if (counted.length === 0) return undefined;
  const avg = Math.floor(counted.reduce((sum, us) => sum + us, 0) / counted.length);
  const variance = counted.reduce((sum, us) => sum + us * us, 0) / counted.length - avg * avg;
  return [Math.min(...counted), avg, Math.max(...counted), Math.floor(Math.sqrt(Math.max(0, variance)))];
}

function print(requests: readonly Request[], way: Way): PrintedSample {
  const { iputils, precise, intervalMs, eol } = way;
  const stamped = iputils && way.stamps;
  const came = arrivals(requests, iputils, intervalMs * US_PER_MS);
  const exact = precise || !iputils;
  const lines = came.map(({ sequence, rttUs, atUs, note }) => {
    const now = CLOCK_US + atUs;
    const stamp = stamped ? `[${Math.floor(now / 1e6)}.${String(now % 1e6).padStart(6, '0')}] ` : '';
    const number = iputils ? `icmp_seq=${sequence % 65_536}` : `seq=${sequence - 1}`;
    return `${stamp}64 bytes from 198.18.0.2: ${number} ttl=64 time=${lineTime(rttUs, exact)} ms${note}`;
  });
  const replies = came.filter(({ note }) => note === '');
  const duplicates = came.filter(({ note }) => note === ' (DUP!)').length;
  const corrupted = came.length - replies.length - duplicates;
  const errors = iputils ? way.errors : 0;
  const transmitted = requests.length;
  const timeMs = (transmitted - 1) * intervalMs;
  const us = roundTrips(came.filter(({ note }) => note !== ' (BAD CHECKSUM!)').map(({ rttUs }) => rttUs));
  const extra = (count: number, what: string): string => (count === 0 ? '' : `, ${iputils ? '+' : ''}${count} ${what}`);
  const loss = Number(((100 * (transmitted - replies.length)) / transmitted).toPrecision(6));
  const counts = iputils
    ? `${transmitted} packets transmitted, ${replies.length} received${extra(duplicates, 'duplicates')}${extra(corrupted, 'corrupted')}${extra(errors, 'errors')}, ${loss}% packet loss, time ${timeMs}ms`
    : `${transmitted} packets transmitted, ${replies.length} packets received${extra(duplicates, 'duplicates')}, ${Math.floor(loss)}% packet loss`;
  const numbers = us?.slice(0, iputils ? 4 : 3).map(decimals) ?? [];
  const times =
    us === undefined ? '' : `${iputils ? 'rtt min/avg/max/mdev' : 'round-trip min/avg/max'} = ${numbers.join('/')} ms`;
  const head = `PING 198.18.0.2 (198.18.0.2) 56(84) bytes of data.`;
  return {
    text: [head, ...lines, '', '--- 198.18.0.2 ping statistics ---', counts, times, ''].join(eol),
    iputils,
    stamped,
    intervalMs,
    transmitted,
    duplicates,
    errors,
    corrupted,
    timeMs,
    roundTripsUs: us,
    answered: replies.map(({ sequence, rttUs, atUs }) => ({
      sequence,
      printedMs: Number(lineTime(rttUs, exact)),
      arrivedUs: atUs,
    })),
  };
}

/** Mostly near each other, as on a network; some so late that later replies overtake them. */
const rttUs = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 12_000 }) },
  fc.integer({ min: 1, max: 3_000_000 }),
);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

const request: fc.Arbitrary<Request> = fc.record({
  rttUs: sometimes(rttUs, 6),
  duplicateAfterUs: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, fc.integer({ min: 1, max: 400_000 })),
  corrupted: fc.nat(15).map((dice) => dice === 0),
});

const way: fc.Arbitrary<Way> = fc.record({
  iputils: fc.boolean(),
  stamps: fc.boolean(),
  precise: fc.boolean(),
  intervalMs: fc.constantFrom(10, 100, 200, 1000),
  errors: fc.nat(3),
  eol: fc.constantFrom('\n', '\r\n'),
});

export const printedSample: fc.Arbitrary<PrintedSample> = fc
  .tuple(fc.array(request, { minLength: 1, maxLength: 60 }), way)
  .map(([requests, how]) => print(requests, how));
