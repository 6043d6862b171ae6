// SPDX-License-Identifier: Apache-2.0
/** How much of a ConfigMap the history needs. */
import { expect, test } from '@playwright/test';
import { figuresOfMesh, withConditions } from '../../../../fixtures/history/figures.ts';
import { parseInput } from '../../../../fixtures/input/parse-input.ts';
import { appendRun, parseHistory, type HistoryRun } from '../../../../model/history/history-run.ts';
import { meshPairs } from '../mesh/mesh-pairs.ts';

const NODES = Array.from({ length: 100 }, (_, index) => `worker-${index + 1}.east.cluster.example`);
const KIB = 1024;

const input = parseInput(
  {},
  {
    'spec.timeout': '15m',
    'spec.param.networkAttachmentDefinitionNamespace': 'latency',
    'spec.param.networkAttachmentDefinitionName': 'blue',
    'spec.param.topology': 'mesh',
  },
  false,
);

const runId = (number: number): string => number.toString(16).padStart(16, '0');

function meshRun(number: number): HistoryRun {
  const measured = figuresOfMesh(meshPairs(NODES), input);
  if (measured === undefined) throw new Error('a mesh in which every pair replied has no figures');
  const conditions = { nodes: NODES, image: 'quay.io/image', tool: 'iputils 20240905', kubeVirt: 'v1.9.0' };
  const figures = withConditions({ ...measured, sent: 495_000, lost: 12 }, conditions, input);
  return {
    run: runId(number),
    time: '2026-11-27T06:00:21Z',
    networks: [{ network: 'latency/blue', succeeded: true, trend: 'unchanged', figures }],
  };
}

test('50 runs of a mesh of 100 nodes need less than 64 KiB of the ConfigMap', () => {
  const run = meshRun(0);
  let text = '';
  for (let number = 1; number <= 60; number += 1) {
    text = appendRun(text, { ...run, run: runId(number) }, { runs: 50, bytes: 256 * KIB });
  }
  const { runs, damaged } = parseHistory(text);
  expect({ runs: runs.length, first: runs[0]?.run, damaged }).toEqual({ runs: 50, first: runId(11), damaged: 0 });
  console.log(`history.runs of 50 runs of a mesh of 100 nodes: ${Buffer.byteLength(text)} bytes`);
  expect(Buffer.byteLength(text)).toBeGreaterThan(50 * 600);
  expect(Buffer.byteLength(text)).toBeLessThan(64 * KIB);
});

test('500 runs of a mesh of 100 nodes are as many of the newest as 256 KiB can hold', () => {
  const run = meshRun(0);
  const lines = Array.from({ length: 500 }, (_, index) => JSON.stringify({ ...run, run: runId(index + 1) }));
  const text = appendRun(lines.join('\n'), { ...run, run: runId(501) }, { runs: 500, bytes: 256 * KIB });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * KIB);
  expect(Buffer.byteLength(text)).toBeGreaterThan(255 * KIB);
  expect(parseHistory(text).runs.at(-1)?.run).toBe(runId(501));
});
