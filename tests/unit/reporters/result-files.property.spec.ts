// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from '@playwright/test';
import fc from 'fast-check';
import parsePrometheus from 'parse-prometheus-text-format';
import { EVENT } from '../../../model/events.ts';
import { isStage } from '../../../model/stages.ts';
import { renderPrometheus } from '../../../reporters/views/prometheus.ts';
import { foldEvents } from '../../../reporters/record.ts';
import { renderPage } from '../../../reporters/views/page/page.ts';
import { resultDocument } from '../../../reporters/views/json.ts';
import { schemaErrors } from '../../support/result-schema.ts';
import { anyValue } from '../any-value.ts';
import { anyText, holds } from '../property.ts';

const stage = fc.constantFrom('input', 'prerequisites', 'setup', 'connectivity', 'latency', 'teardown').filter(isStage);
const stages = fc.array(
  fc.record({
    stage,
    outcome: fc.constantFrom('passed' as const, 'failed' as const),
    startTimestamp: fc.constant('2026-01-02T03:04:05.678Z'),
    durationMs: fc.nat(),
  }),
);
const answer = fc.record({
  verdict: fc.record({ succeeded: fc.boolean(), failureReason: anyText, fullReason: anyText }),
  completed: fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
  interruptedBy: fc.constantFrom(undefined, 'SIGTERM', 'SIGINT'),
});
const event = anyValue(EVENT);

test('result.json matches its schema, metrics.prom parses and report.html has no foreign markup for any run', () => {
  holds([fc.array(event, { maxLength: 20 }), answer, stages], (events, given, clock) => {
    const record = foldEvents(events);
    const document = resultDocument(record, given, clock);
    assert.deepEqual(schemaErrors(JSON.parse(JSON.stringify(document))), []);

    const page = renderPage({ ...document, stages: clock.slice(0, 1) }, new Map());
    assert.deepEqual(page.match(/<(?:script|style|title|img|iframe|object)\b/g), ['<title', '<style', '<script']);

    const text = renderPrometheus({ ...document, stages: clock.slice(0, 1) }, record.routes);
    const metrics = parsePrometheus(text);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const samples = metrics.flatMap(({ name, metrics: own }) =>
      own.map(({ value, labels = {} }) => ({ name, value, labels })),
    );
    assert.equal(samples.length, lines.length);
    assert.equal(new Set(samples.map(({ name, labels }) => JSON.stringify([name, labels]))).size, samples.length);
    for (const { name, value } of samples) {
      assert.match(name, /^kubevirt_vm_latency_[a-z0-9_]+$/);
      assert.ok(Number.isFinite(Number(value)), `${name} ${value}`);
    }
  });
});
