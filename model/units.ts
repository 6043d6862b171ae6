// SPDX-License-Identifier: Apache-2.0
/** Parses and renders durations and times. Internally, latencies are whole nanoseconds. */

const NS_PER_MS = 1_000_000;

/** Parses decimal milliseconds as ping prints them, "1.5" → 1500000: exact to the nanosecond, without binary fractions. */
export function nanosecondsFromMilliseconds(decimal: string): number {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (match === null) throw new RangeError(`expected a decimal number of milliseconds, saw "${decimal}"`);
  const [, whole = '0', fraction = ''] = match;
  return Number(whole) * NS_PER_MS + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** 61200000 → "61.2ms", 950000 → "950µs", 2000000000 → "2s": the spelling of a Go duration, exact. */
export function renderNanoseconds(ns: number): string {
  const [value, unit] =
    ns >= 1e9 ? [ns / 1e9, 's'] : ns >= 1e6 ? [ns / 1e6, 'ms'] : ns >= 1e3 ? [ns / 1e3, 'µs'] : [ns, 'ns'];
  return `${Number(value.toFixed(9))}${unit}`;
}

/** The resolution of ping: finer digits result only from arithmetic. */
export const RESOLUTION_NS = 1000;

/** Renders nanoseconds rounded to the microsecond. */
export function renderRounded(ns: number): string {
  return renderNanoseconds(Math.round(ns / RESOLUTION_NS) * RESOLUTION_NS);
}

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;

/** 90000 → "1m30s", 300000 → "5m", 1500 → "1.5s", 250 → "250ms". Rounded to whole milliseconds first, so that no part reaches 60. */
export function renderMilliseconds(ms: number): string {
  const rounded = Math.round(ms);
  if (rounded < MS_PER_SECOND) return `${rounded}ms`;
  const hours = Math.floor(rounded / MS_PER_HOUR);
  const minutes = Math.floor((rounded % MS_PER_HOUR) / MS_PER_MINUTE);
  const seconds = (rounded % MS_PER_MINUTE) / MS_PER_SECOND;
  return [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', seconds > 0 ? `${seconds}s` : ''].join('');
}

/** Elapsed time for progress lines: "3.2s", "1m 4s". Rounded before it is split, so that no part reaches 60. */
export function renderElapsed(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  return renderSeconds(ms);
}

/** Rounds to significant digits. A tie of the exact number is rounded up: 1005000 → 1010000. */
export function roundToDigits(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** Elapsed time in whole seconds: "13s", "1m 4s". */
export function renderSeconds(ms: number): string {
  const seconds = Math.round(ms / MS_PER_SECOND);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/** Parses what `renderElapsed` and `renderSeconds` return, into milliseconds; NaN for anything else. */
export function parseElapsed(text: string): number {
  const [, minutes = '0', seconds = 'x'] = /^(?:(\d+)m )?(\d+(?:\.\d)?)s$/.exec(text) ?? [];
  return Math.round((Number(minutes) * 60 + Number(seconds)) * MS_PER_SECOND);
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Parses an RFC 3339 time; `undefined` for anything else, such as the bare "5" that `Date.parse` takes for a year. */
export function parseTimestamp(text: string): Date | undefined {
  const time = new Date(RFC_3339.test(text) ? text : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** RFC 3339, UTC, whole seconds. */
export function renderTimestamp(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
