// SPDX-License-Identifier: Apache-2.0
/** The files of manifests/monitoring/, and Prometheus' own checker of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { $, type ProcessOutput } from 'zx';
import { objectAt, type JsonObject } from '../../lab/objects.ts';
import { ensurePrometheus } from '../../scripts/prometheus.ts';

export const MONITORING = path.join(import.meta.dirname, '..', '..', 'manifests', 'monitoring');

/** Returns the spec of the PrometheusRule: a file of rules for Prometheus. */
export function alertingRules(): JsonObject {
  const rule = parse(readFileSync(path.join(MONITORING, 'prometheus-rule.yaml'), 'utf8')) as JsonObject;
  return objectAt(rule, 'spec') ?? {};
}

export function readDashboard(): string {
  return readFileSync(path.join(MONITORING, 'dashboard.json'), 'utf8');
}

export function dashboard(): JsonObject {
  return JSON.parse(readDashboard()) as JsonObject;
}

/** Runs Prometheus' own checker. */
export async function promtool(args: readonly string[], input = ''): Promise<ProcessOutput> {
  const { promtool: program } = await ensurePrometheus();
  return await $({ nothrow: true, quiet: true, input })`${program} ${args}`;
}
