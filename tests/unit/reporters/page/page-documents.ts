// SPDX-License-Identifier: Apache-2.0
/** Results of runs for the report page, made of hand-written events, without a run. */
import { stagesOf, type Stage } from '../../../../model/stages.ts';
import type { CheckupEvent } from '../../../../model/events.ts';
import type { ResultDocument } from '../../../../model/result-document.ts';
import { foldEvents } from '../../../../reporters/record.ts';
import { verdict, type Outcome } from '../../../../reporters/verdict.ts';
import { renderStatus } from '../../../../reporters/views/configmap.ts';
import { resultDocument } from '../../../../reporters/views/json.ts';
import { DIAGNOSIS, input, latency, migrated, PARAMETERS } from '../run-events.ts';

export const COMPLETED = new Date('2026-01-02T03:04:05Z');

/** A text of a guest, an object or a server that a page must show as text. */
const HOSTILE =
  '\u001b[31m</title></style></script><script>document.title="owned"</script><img src=x onerror=alert(1)>"\' onload=x &amp; \u202e{{7*7}}';

/** @param failed the stage that failed or was interrupted */
export function pageDocument(
  events: readonly CheckupEvent[],
  failed?: Stage,
  outcome: Partial<Outcome> = {},
): ResultDocument {
  const record = foldEvents(events);
  const decision = verdict(record, {
    passed: failed === undefined,
    interruptedBy: undefined,
    stage: failed,
    errors: [],
    ...outcome,
  });
  const all = stagesOf(record.parameters);
  const last = failed === undefined ? all.length : all.findIndex((stage) => stage === failed) + 1;
  const stages = all
    .filter((stage, index) => index < last || stage === 'teardown')
    .map((stage, index) => {
      const startTimestamp = `2026-01-02T03:04:0${index}.000Z`;
      return {
        stage,
        outcome: stage === failed ? ('failed' as const) : ('passed' as const),
        startTimestamp,
        durationMs: 900,
      };
    });
  const written = {
    verdict: decision,
    completed: COMPLETED,
    interruptedBy: outcome.interruptedBy,
    configMapData: renderStatus(record, decision, COMPLETED),
  };
  const files = [
    { path: 'charts/ipv4-sourceToTarget-rtt.svg', description: 'chart of the round-trip times', bytes: 12_345 },
    { path: 'evidence/events.txt', description: 'events of the VMs and their pods', bytes: 1024 },
    { path: 'html-report/index.html', description: 'HTML report', bytes: 600_000 },
    { path: 'allure-results/', description: 'results for Allure' },
  ];
  return { ...resultDocument(record, written, stages), files };
}

export function failure(stage: Stage, code: (CheckupEvent & { type: 'failure' })['code'], what: string): CheckupEvent {
  return { type: 'failure', stage, code, findings: [{ what }] };
}

export const PLACED: CheckupEvent[] = [
  { type: 'cluster', versions: { kubernetes: 'v1.36.2', kubeVirt: 'v1.9.0' } },
  { type: 'network', binding: 'bridge', reason: 'the configuration has no plugin of type "sriov"' },
  { type: 'placement', guest: 'source', node: 'node-1' },
  { type: 'placement', guest: 'target', node: 'node-2' },
];

const LIMITED: CheckupEvent = { type: 'input', parameters: { ...PARAMETERS, maxLatencyNs: 2500 } };

/** One document for each kind of page. */
export const PAGES: Readonly<Record<string, ResultDocument>> = {
  success: pageDocument([input('ipv4'), ...PLACED, latency('ipv4', 'sourceToTarget')]),
  'limit exceeded': pageDocument(
    [
      LIMITED,
      ...PLACED,
      latency('ipv4', 'sourceToTarget'),
      failure('latency', 'LatencyExceeded', 'actual max latency "3µs" is greater than desired "2.5µs"'),
    ],
    'latency',
  ),
  'several routes': pageDocument(
    [
      {
        type: 'input',
        parameters: { ...PARAMETERS, ipFamilies: ['ipv4', 'ipv6'], maxLatencyNs: 3000, maxPacketLossPercent: 1 },
      },
      ...PLACED,
      latency('ipv4', 'sourceToTarget'),
      latency('ipv6', 'sourceToTarget', { received: 600 }),
      { type: 'warning', message: 'the MTU is small: kubectl get nodes' },
      failure('latency', 'PacketLossExceeded', 'actual packet loss "50%" is greater than desired "1%" (IPv6)'),
    ],
    'latency',
  ),
  'live migration': pageDocument([
    { type: 'input', parameters: { ...PARAMETERS, liveMigration: true } },
    ...PLACED,
    latency('ipv4', 'sourceToTarget'),
    migrated(),
  ]),
  'migration gap exceeded': pageDocument(
    [
      { type: 'input', parameters: { ...PARAMETERS, liveMigration: true, maxMigrationGapNs: 1_000_000_000 } },
      ...PLACED,
      latency('ipv4', 'sourceToTarget'),
      migrated(),
      failure('migration', 'MigrationGapExceeded', 'actual migration gap "2.440123456s" is greater than desired "1s"'),
    ],
    'migration',
  ),
  diagnosed: pageDocument(
    [
      input('ipv4'),
      ...PLACED,
      failure('connectivity', 'NoConnectivity', 'no connectivity - 100% packet loss'),
      {
        type: 'diagnosis',
        stage: 'connectivity',
        diagnosis: {
          ...DIAGNOSIS,
          next: ['Look at the ports: kubectl debug node/node-2 -it -- bridge link, or on the node', ...DIAGNOSIS.next],
        },
      },
      { type: 'creating', vmi: { namespace: 'ns', name: 'vm-a' }, labels: {} },
      { type: 'kept', vmi: { namespace: 'ns', name: 'vm-b' } },
    ],
    'connectivity',
  ),
  'wrong input': pageDocument(
    [
      {
        type: 'failure',
        stage: 'input',
        code: 'InputInvalid',
        findings: [{ what: '"A" parameter is invalid: "x"' }, { what: '"B" parameter is invalid: "y"' }],
      },
    ],
    'input',
  ),
  interrupted: pageDocument([input('ipv4'), ...PLACED], 'setup', { interruptedBy: 'SIGTERM' }),
  'killed worker': pageDocument([input('ipv4')], 'setup', { errors: ['worker process exited unexpectedly'] }),
};

/** Each member that holds a text from outside has a hostile one. */
export function hostileDocument(): ResultDocument {
  const hostile = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => hostile(item, key));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hostile(member, name)]));
    }
    const isFixed = ['stage', 'code', 'outcome', 'family', 'direction', 'latencyStatistic', 'binding', 'id'].includes(
      key,
    );
    return typeof value !== 'string' || isFixed ? value : `${value}${HOSTILE}`;
  };
  return hostile({
    ...PAGES['several routes'],
    failures: PAGES['diagnosed']?.failures,
    vmis: PAGES['diagnosed']?.vmis,
  }) as ResultDocument;
}
