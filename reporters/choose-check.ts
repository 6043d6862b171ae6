// SPDX-License-Identifier: Apache-2.0
/** Chooses the check of a run: the one that does not apply is in no report, neither passed nor skipped. */
import path from 'node:path';
import type { Suite, TestRun } from '@playwright/test/reporter';
import { openCluster } from '../fixtures/cluster/open-cluster.ts';
import { configMapRef } from '../fixtures/input/configmap-ref.ts';
import { ParameterReader } from '../fixtures/input/parameter-reader.ts';
import { findValues, type Environment } from '../fixtures/input/sources.ts';
import type { Topology } from '../model/parameters.ts';
import { CHECKS } from './checks.ts';

/** The check waits longer for the API server, and reports its errors. */
const LIMIT_MS = 10_000;

/** Logs transient errors that are retried. */
type Log = (message: string) => void;

/** Excludes the checks of other topologies. */
export async function chooseCheck(suite: Suite, testRun: TestRun, environment: Environment, log: Log): Promise<void> {
  const tests = suite.allTests();
  // A run of one check needs no choice.
  if (new Set(tests.map((test) => test.location.file)).size < 2) return;
  const check = CHECKS[await readTopology(environment, log)];
  for (const test of tests) if (path.basename(test.location.file) !== check) testRun.exclude(test);
}

/** Returns the topology of the input; that of a pair if the input cannot be read, which the check then reports. */
async function readTopology(environment: Environment, log: Log): Promise<Topology> {
  try {
    const own = new ParameterReader(findValues(environment, {}));
    if (own.isGiven('topology')) return own.topology;
    const waiting = { signal: AbortSignal.timeout(LIMIT_MS), report: () => undefined };
    const cluster = await openCluster({ log, waiting, limitMs: LIMIT_MS });
    const { data } = await cluster.readConfigMap(configMapRef(environment));
    return new ParameterReader(findValues(environment, data)).topology;
  } catch {
    return 'pair';
  }
}
