// SPDX-License-Identifier: Apache-2.0
/** Renders durations and losses for reading: three significant digits, and one unit for values that are compared. */
import { roundToDigits } from '../../../model/units.ts';

interface Unit {
  readonly name: string;
  readonly ns: number;
}

const UNITS: readonly [Unit, ...Unit[]] = [
  { name: 'ns', ns: 1 },
  { name: 'µs', ns: 1e3 },
  { name: 'ms', ns: 1e6 },
  { name: 's', ns: 1e9 },
];

/** Returns the largest unit that is not greater than the longest value. */
export function unitOf(values: readonly number[]): Unit {
  const longest = Math.max(0, ...values);
  return UNITS.findLast(({ ns }) => ns <= longest) ?? UNITS[0];
}

/** 12000000 in ms → "12.0": with its zeros, so that the values of a column are comparable. */
export function renderIn(ns: number, unit: Unit): string {
  const text = (roundToDigits(ns, 3) / unit.ns).toPrecision(3);
  return text.includes('e') ? String(Number(text)) : text;
}

/** 1545000 → "1.55 ms", 12000000 → "12 ms" */
export function renderTime(ns: number, digits = 3): string {
  const unit = unitOf([ns]);
  return `${roundToDigits(roundToDigits(ns, digits) / unit.ns, digits)} ${unit.name}`;
}

/** Renders two different times with as many digits as are needed to distinguish them: "1.0004 ms", "1 ms". */
export function renderCompared(ns: number, otherNs: number): [string, string] {
  for (let digits = 3; digits < 12; digits += 1) {
    const texts: [string, string] = [renderTime(ns, digits), renderTime(otherNs, digits)];
    if (texts[0] !== texts[1]) return texts;
  }
  return [renderTime(ns, 12), renderTime(otherNs, 12)];
}

/** 23456 → "23.5 s", 15000 → "15 s", 125000 → "2 min 5 s" */
export function renderDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** 4950 → "4,950". Hand-written: the first number format of a process loads 6 MB of locales. */
export function renderCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** 1536 → "1.5 kB" */
export function renderBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${size < 10 ? size.toFixed(1) : size.toFixed(0)} ${unit}`;
}

/** "2026-11-26T19:21:10Z" → "2026-11-26 19:21:10 UTC" */
export function renderInstant(timestamp: string): string {
  return timestamp.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
}

/** "2026-11-26T19:21:10Z" → "2026-11-26 19:21" */
export function renderMinute(timestamp: string): string {
  return timestamp.slice(0, 16).replace('T', ' ');
}

/** "bridge \"br1\" is missing" → "Bridge \"br1\" is missing." The name of a field, such as spec.config, stays as it is. */
export function asSentence(text: string): string {
  const first = /^[a-z]+\.[a-z]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
