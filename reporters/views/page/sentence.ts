// SPDX-License-Identifier: Apache-2.0
/** The sentence below the verdict: what was measured, or what failed. */
import type { ResultDocument } from '../../../model/result-document.ts';
import { renderRoute } from '../../../model/routes.ts';
import { asSentence, renderCompared, renderTime } from './quantity.ts';
import { comparedNs, isTooLossy, isTooSlow, thresholdsOf, type RouteResult, type Thresholds } from './thresholds.ts';

/** "max" → "Max"; p50 stays. */
const STATISTIC_NAMES: Readonly<Record<string, string>> = { max: 'Max', avg: 'Average' };

function statisticName({ statistic }: Thresholds): string {
  return STATISTIC_NAMES[statistic] ?? statistic;
}

export function sentenceOf(document: ResultDocument): string {
  const [failure] = document.failures;
  if (document.succeeded) return success(document);
  if (document.interruptedBy !== undefined) return interruption(document);
  if (failure === undefined) return asSentence(document.failureReason);
  const exceeded = /^(?:Latency|PacketLoss)Exceeded$/.test(failure.code) ? excess(document) : undefined;
  if (exceeded !== undefined) return exceeded;
  if (failure.diagnosis !== undefined) return asSentence(failure.diagnosis.summary);
  const { migration, parameters } = document;
  if (
    failure.code === 'MigrationGapExceeded' &&
    migration !== undefined &&
    parameters?.maxMigrationGapNs !== undefined
  ) {
    const [actual, allowed] = renderCompared(migration.longestGapNs, parameters.maxMigrationGapNs);
    return `The longest gap around the live migration, ${actual}, exceeds the threshold of ${allowed}.`;
  }
  const { details = [] } = failure;
  if (failure.code === 'InputInvalid' && details.length > 1)
    return `${details.length} values of the input are wrong; nothing was created in the cluster.`;
  return asSentence(failure.message);
}

function success(document: ResultDocument): string {
  const gap = gapWithin(document);
  const latency = latencyWithin(document);
  if (gap === undefined) return latency ?? `${answered(document)}; no threshold is set.`;
  return `${latency ?? `${answered(document)}.`} ${gap}`;
}

function gapWithin({ migration, parameters }: ResultDocument): string | undefined {
  if (migration === undefined || parameters?.maxMigrationGapNs === undefined) return undefined;
  const [actual, allowed] = renderCompared(migration.longestGapNs, parameters.maxMigrationGapNs);
  return `The longest gap around the live migration, ${actual}, is within the threshold of ${allowed}.`;
}

function latencyWithin({ routes, ...document }: ResultDocument): string | undefined {
  const thresholds = thresholdsOf({ routes, ...document });
  const { latencyNs } = thresholds;
  const times = routes.flatMap((route) => comparedNs(route, thresholds) ?? []);
  const worst = Math.max(0, ...times);
  if (latencyNs === undefined) return undefined;
  const [actual, allowed] = renderCompared(worst, latencyNs);
  return `${statisticName(thresholds)} ${actual} is within the threshold of ${allowed}${everywhere(routes)}.`;
}

function everywhere(routes: readonly RouteResult[]): string {
  return routes.length > 1 ? ` on all ${routes.length} routes` : '';
}

function answered({ routes }: ResultDocument): string {
  const counts = routes.flatMap(({ measurement }) => measurement?.packets ?? []);
  const sum = (of: 'transmitted' | 'received'): number => counts.reduce((total, packets) => total + packets[of], 0);
  const medians = routes.flatMap(({ measurement }) => measurement?.latency?.p50Ns ?? []);
  const median = Math.max(0, ...medians);
  const counted = `${sum('received')} of ${sum('transmitted')} pings were answered`;
  return `${counted}, median ${medians.length > 1 ? 'at most ' : ''}${renderTime(median)}${everywhere(routes)}`;
}

function interruption({ failureReason, interruptedBy }: ResultDocument): string {
  const how = /\binterrupted by SIG[A-Z]+ (?:during [a-z]+|before the first stage)/.exec(failureReason)?.[0];
  return asSentence(how ?? `interrupted by ${interruptedBy ?? 'a signal'}`);
}

function excess(document: ResultDocument): string | undefined {
  const thresholds = thresholdsOf(document);
  const slow = document.routes.filter((route) => isTooSlow(route, thresholds));
  const lossy = document.routes.filter((route) => isTooLossy(route, thresholds));
  const sentences = [
    ...(slow.length === 0 ? [] : [tooSlow(slow, document.routes.length, thresholds)]),
    ...(lossy.length === 0 ? [] : [tooLossy(lossy, document.routes.length, thresholds)]),
  ];
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

function tooSlow(slow: readonly RouteResult[], routes: number, thresholds: Thresholds): string {
  const timeOf = (route: RouteResult): number => comparedNs(route, thresholds) ?? 0;
  const worst = slow.reduce((a, b) => (timeOf(b) > timeOf(a) ? b : a));
  const [actual, allowed] = renderCompared(timeOf(worst), thresholds.latencyNs ?? 0);
  return `${statisticName(thresholds)} ${actual} exceeds the threshold of ${allowed}${where(worst, slow.length, routes)}.`;
}

function tooLossy(lossy: readonly RouteResult[], routes: number, { lossPercent }: Thresholds): string {
  const lossOf = ({ measurement }: RouteResult): number => measurement?.packets.lossPercent ?? 0;
  const worst = lossy.reduce((a, b) => (lossOf(b) > lossOf(a) ? b : a));
  const place = where(worst, lossy.length, routes);
  if (lossOf(worst) === 100) return `No ping of the measurement was answered${place}.`;
  return `Packet loss ${lossOf(worst)}% exceeds the threshold of ${lossPercent ?? 0}%${place}.`;
}

function where(worst: RouteResult, affected: number, routes: number): string {
  if (routes === 1) return '';
  const others = affected === 1 ? '' : `; ${affected} of ${routes} routes exceed it`;
  return ` (${renderRoute(worst)}${others})`;
}
