// SPDX-License-Identifier: Apache-2.0
/** The schema of result.json: docs/result.schema.json and the type of the document come from it. */
import * as v from 'valibot';
import { DIAGNOSIS } from './diagnosis.ts';
import { ERROR_CODES } from './errors.ts';
import { BINDING, CLUSTER_VERSIONS } from './events.ts';
import { HISTORY_POINT } from './history/points.ts';
import { TREND } from './history/trend.ts';
import { LATENCY_SCHEMA } from './latency.ts';
import { MESH_RESULT } from './mesh/mesh-result.ts';
import { MESH_PAIR } from './mesh/pair.ts';
import { SUSPECT } from './mesh/suspect.ts';
import { METRICS, type ResultMetrics, type ResultObject } from './metrics.ts';
import { MIGRATION_RESULT } from './migration.ts';
import { OBJECT_REF } from './object-ref.ts';
import { RESOLVED_PARAMETERS } from './parameters.ts';
import { ROUTE } from './routes.ts';
import { AMOUNT, described, PERCENT, WHOLE, withNote, type Infer } from './schema.ts';
import { STAGES } from './stages.ts';

export const RESULT_SCHEMA_ID = 'urn:kubevirt-vm-latency:result:1';

const TIMESTAMP = v.pipe(v.string(), v.isoTimestamp());

/** Returns a schema for each metric in one object of a route. */
function metricsOf(object: ResultObject): Record<string, v.GenericSchema<number>> {
  const own = METRICS.flatMap((metric) =>
    metric.result?.[0] === object ? [{ ...metric, member: metric.result[1] }] : [],
  );
  return Object.fromEntries(
    own.map(({ member, unit, ...row }) => [member, described(unit === 'percent' ? PERCENT : WHOLE, withNote(row))]),
  );
}

function metricsObject<O extends ResultObject>(object: O, description: string): v.GenericSchema<ResultMetrics<O>> {
  return described(v.object(metricsOf(object)), description) as unknown as v.GenericSchema<ResultMetrics<O>>;
}

function metric(object: ResultObject, member: string): v.GenericSchema<number> {
  const found = metricsOf(object)[member];
  if (found === undefined) throw new RangeError(`no metric is "${member}" of "${object}" in result.json`);
  return found;
}

const MEASUREMENT = v.object({
  tool: described(v.string(), 'Which ping produced the numbers, in its own words.'),
  durationMs: described(AMOUNT, 'How long it took, milliseconds.'),
  intervalMs: described(AMOUNT, 'From one request to the next, milliseconds.'),
  packetSizeBytes: described(WHOLE, 'ICMP payload of a request, bytes.'),
  packets: metricsObject('packets', 'Numbers of packets.'),
  longestGapNs: metric('measurement', 'longestGapNs'),
  latency: v.optional(LATENCY_SCHEMA),
});

const MEASURED_ROUTE = v.object({
  ...ROUTE.entries,
  coldStartNs: v.optional(metric('', 'coldStartNs')),
  measurement: v.optional(MEASUREMENT),
  pathMtu: v.optional(metricsObject('pathMtu', 'Only with probeMtu.')),
});

const VM = v.object({
  node: v.optional(described(v.string(), 'Where it ran.')),
  addresses: described(v.array(v.string()), 'On the network under test, with their prefix lengths.'),
});

const STAGE = v.object({
  stage: v.picklist(STAGES),
  outcome: described(v.picklist(['passed', 'failed', 'unfinished']), 'unfinished: its process was killed, or hung.'),
  startTimestamp: TIMESTAMP,
  durationMs: v.exactOptional(described(WHOLE, 'Milliseconds. Absent if it is unfinished.')),
});
export type StageRecord = Infer<typeof STAGE>;

const FAILURE = v.object({
  stage: v.picklist(STAGES),
  code: described(v.picklist(ERROR_CODES), 'See docs/failure-reasons.md.'),
  message: described(v.string(), 'One line.'),
  details: v.exactOptional(
    described(v.array(v.string()), 'Each finding, if there are several; the message joins them with commas.'),
  ),
  diagnosis: v.exactOptional(DIAGNOSIS),
});
export type FailureRecord = Infer<typeof FAILURE>;

const ARTIFACT_FILE = v.object({
  path: described(v.string(), 'Relative to the artifacts directory; of a directory with a slash at its end.'),
  description: described(v.string(), 'What it contains.'),
  bytes: v.exactOptional(described(WHOLE, 'Its size. Absent for a directory.')),
});
export type ArtifactFile = Infer<typeof ARTIFACT_FILE>;

const ENVIRONMENT = v.object({
  checkup: described(v.string(), 'Version of the checkup.'),
  node: described(v.string(), 'Version of Node.js, such as v24.21.0.'),
  platform: described(v.string(), 'Operating system and architecture, such as linux x64.'),
});
export type Environment = Infer<typeof ENVIRONMENT>;

/** The live migration on one network. */
const MIGRATED = {
  migration: v.optional(
    described(MIGRATION_RESULT, 'Only with liveMigration: the migration of the target VM, and the sample around it.'),
  ),
};

/** The runs over time on one network. */
const OVER_TIME = {
  trend: v.optional(TREND),
  history: v.optional(
    described(
      v.array(HISTORY_POINT),
      'The runs on this network, the oldest first, and this run last. Absent with historyRuns 0.',
    ),
  ),
};

/** A network of a mesh, or of a run on several networks. Its members are those of a run on one network. */
const NETWORK = v.object({
  network: described(OBJECT_REF, 'The NetworkAttachmentDefinition.'),
  succeeded: v.boolean(),
  failureReason: described(v.string(), 'In full: one line; empty if the network passed.'),
  measured: described(v.boolean(), 'Whether at least one sample was decoded.'),
  binding: v.optional(described(BINDING, 'How the VMs are attached to the network.')),
  bindingReason: v.optional(described(v.string(), 'Why that way.')),
  image: v.optional(described(v.string(), 'Disk image of the VMs.')),
  source: v.optional(described(VM, 'The VM that pings. Only of a pair.')),
  target: v.optional(described(VM, 'The VM that replies. Only of a pair.')),
  routes: v.optional(described(v.array(MEASURED_ROUTE), 'What was measured between the two VMs of a pair.')),
  ...MIGRATED,
  stages: described(v.array(STAGE), 'The stages that began on this network, in their order.'),
  failures: described(v.array(FAILURE), 'In the order in which they came.'),
  ...OVER_TIME,
  mesh: v.optional(MESH_RESULT),
  pairs: v.optional(described(v.array(MESH_PAIR), 'Only of a mesh: each pair that was to be measured.')),
});
export type NetworkResult = Infer<typeof NETWORK>;

export const RESULT_DOCUMENT = v.pipe(
  v.object({
    $schema: v.literal(RESULT_SCHEMA_ID),
    version: described(
      v.literal(1),
      'Of this format. It changes when a reader of the one before would misread it; new optional members do not change it.',
    ),
    succeeded: described(v.boolean(), 'As status.succeeded.'),
    failureReason: described(v.string(), 'As status.failureReason, in full: one line; empty if the run succeeded.'),
    interruptedBy: v.optional(
      v.pipe(v.string(), v.regex(/^SIG[A-Z]+$/), v.description('The signal that ended the run.')),
    ),
    configMap: v.optional(
      described(OBJECT_REF, 'Where the results are written. Absent if the run found none, or could not claim it.'),
    ),
    runId: v.optional(described(v.string(), 'As status.runId. Absent if the run never claimed its ConfigMap.')),
    startTimestamp: v.optional(
      described(TIMESTAMP, 'As status.startTimestamp. Absent if the run never claimed its ConfigMap.'),
    ),
    completionTimestamp: described(TIMESTAMP, 'As status.completionTimestamp.'),
    parameters: v.optional(RESOLVED_PARAMETERS),
    cluster: described(CLUSTER_VERSIONS, 'The versions that could be read.'),
    network: v.optional(
      v.object({
        binding: described(BINDING, 'How the VMs are attached to the network.'),
        reason: described(v.string(), 'Why that way.'),
      }),
    ),
    image: v.optional(described(v.string(), 'Disk image of the VMs.')),
    source: described(VM, 'The VM that pings.'),
    target: described(VM, 'The VM that replies.'),
    routes: described(
      v.array(MEASURED_ROUTE),
      'What was measured, in its order: the first family from source to target first.',
    ),
    ...MIGRATED,
    stages: described(v.array(STAGE), 'The stages that began, in their order.'),
    failures: described(
      v.array(FAILURE),
      'In the order in which they came; empty if the run succeeded, or ended for reasons of no stage.',
    ),
    ...OVER_TIME,
    networks: v.optional(
      described(
        v.array(NETWORK),
        'Only of a mesh, or of a run on several networks: each network, in the order of the input. The members network, image, source, target, routes, migration, stages, failures, trend and history of the document are those of the worst one.',
      ),
    ),
    vmis: described(
      v.object({
        left: described(v.array(OBJECT_REF), 'Leaked: not seen to be deleted. Delete them.'),
        kept: described(v.array(OBJECT_REF), 'Retained on purpose, for debugging.'),
      }),
      'Virtual machine instances in the cluster after the run.',
    ),
    warnings: v.optional(described(v.array(v.string()), 'One line each, in the order in which they came.')),
    environment: v.optional(described(ENVIRONMENT, 'Where the checkup itself ran.')),
    configMapData: v.optional(
      described(
        v.record(v.string(), v.string()),
        'The status keys that the run wrote to its ConfigMap. Absent if it could not write them.',
      ),
    ),
    files: v.optional(
      described(
        v.array(ARTIFACT_FILE),
        'The other files of the run in the artifacts directory, except report.html, sorted by path.',
      ),
    ),
  }),
  v.title('Result of a KubeVirt VM latency checkup'),
  v.description(
    'result.json, as a run leaves it in its artifacts directory. What is not known is absent, never 0 or empty. Durations of the network are whole nanoseconds (Ns), others milliseconds (Ms); sizes are bytes (Bytes), losses percent (Percent).',
  ),
);
export type ResultDocument = Infer<typeof RESULT_DOCUMENT>;

/** The parts that docs/result.schema.json names under `$defs`. */
export const RESULT_DEFINITIONS = {
  objectReference: OBJECT_REF,
  parameters: RESOLVED_PARAMETERS,
  route: MEASURED_ROUTE,
  measurement: MEASUREMENT,
  latency: LATENCY_SCHEMA,
  migration: MIGRATION_RESULT,
  stage: STAGE,
  failure: FAILURE,
  networkResult: NETWORK,
  meshResult: MESH_RESULT,
  meshPair: MESH_PAIR,
  suspect: SUSPECT,
  diagnosis: DIAGNOSIS,
  trend: TREND,
  historyPoint: HISTORY_POINT,
  file: ARTIFACT_FILE,
};
