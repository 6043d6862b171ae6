/** Everything known about a run, folded from its events: what the verdict, the ConfigMap and stdout are made of. */
import type { Binding, CheckupEvent, ClaimedConfigMap, ClaimState } from '../model/events.ts';
import type { ClusterVersions, CreatedVmi, Role } from '../model/events.ts';
import { renderFinding, renderFindings, type Finding } from '../model/finding.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { IpFamily } from '../model/ip-family.ts';
import type { RouteRecord } from '../model/metrics.ts';
import type { ResolvedParameters } from '../model/parameters.ts';
import type { FailureRecord } from '../model/result-document.ts';
import { scopeOf, type Route } from '../model/routes.ts';
import type { Measurement } from '../model/sample.ts';
import { oneLine } from '../model/text.ts';

interface RecordedFailure extends FailureRecord {
  /** The parts of `message`. */
  readonly findings: readonly Finding[];
}

export interface RunRecord {
  readonly claim: { readonly state: ClaimState; readonly configMap: ClaimedConfigMap } | undefined;
  /** The process that runs the check. */
  readonly workerPid: number | undefined;
  /** Once the input is known to be right. */
  readonly parameters: ResolvedParameters | undefined;
  readonly versions: ClusterVersions;
  /** The VMs' disk image. */
  readonly image: string | undefined;
  readonly network: { readonly binding: Binding; readonly reason: string } | undefined;
  readonly sourceNode: string | undefined;
  readonly targetNode: string | undefined;
  readonly addresses: Readonly<Record<Role, readonly string[]>>;
  /** In the order in which something was learned of them. */
  readonly routes: readonly RouteRecord[];
  readonly failures: readonly RecordedFailure[];
  /** VMIs whose creation was requested and whose deletion was not seen. */
  readonly leaked: readonly CreatedVmi[];
  /** VMIs that were retained (`skipTeardown`). */
  readonly retained: readonly ObjectRef[];
  /** One line each. */
  readonly warnings: readonly string[];
}

const EMPTY_RECORD: RunRecord = {
  claim: undefined,
  workerPid: undefined,
  parameters: undefined,
  versions: {},
  image: undefined,
  network: undefined,
  sourceNode: undefined,
  targetNode: undefined,
  addresses: { source: [], target: [] },
  routes: [],
  failures: [],
  leaked: [],
  retained: [],
  warnings: [],
};

function withRoute(record: RunRecord, route: Route, known: Omit<RouteRecord, 'route'>): RunRecord {
  const isIt = (other: RouteRecord): boolean =>
    other.route.family === route.family && other.route.direction === route.direction;
  const routes = record.routes.some(isIt) ? record.routes : [...record.routes, { route }];
  return { ...record, routes: routes.map((other) => (isIt(other) ? { ...other, ...known } : other)) };
}

/** Returns the IP families in their order; the output keys without a family are of the first. */
export function familiesOf({ parameters }: RunRecord): readonly IpFamily[] {
  return parameters?.ipFamilies ?? [];
}

/** Returns the measurement of the output keys without a scope. */
export function mainMeasurement(record: RunRecord): Measurement | undefined {
  return record.routes.find(({ route }) => scopeOf(route, familiesOf(record)).length === 0)?.measurement;
}

export function foldEvent(record: RunRecord, event: CheckupEvent): RunRecord {
  switch (event.type) {
    case 'worker':
      return { ...record, workerPid: event.pid };
    case 'claim':
      return { ...record, claim: { state: event.state, configMap: event.configMap } };
    case 'input':
      return { ...record, parameters: event.parameters };
    case 'cluster':
      return { ...record, versions: event.versions };
    case 'image':
      return { ...record, image: event.image };
    case 'network':
      return { ...record, network: { binding: event.binding, reason: event.reason } };
    case 'creating':
      return { ...record, leaked: [...record.leaked, { ...event.vmi, labels: event.labels, uid: undefined }] };
    case 'created': {
      const { vmi, uid } = event;
      return { ...record, leaked: record.leaked.map((one) => (one.name === vmi.name ? { ...one, uid } : one)) };
    }
    case 'removed':
      return { ...record, leaked: record.leaked.filter(({ name }) => name !== event.vmi.name) };
    case 'kept': {
      const leaked = record.leaked.filter(({ name }) => name !== event.vmi.name);
      return { ...record, leaked, retained: [...record.retained, event.vmi] };
    }
    case 'placement':
      return { ...record, [event.role === 'source' ? 'sourceNode' : 'targetNode']: oneLine(event.node) };
    case 'migration':
      return { ...record, [event.role === 'source' ? 'sourceNode' : 'targetNode']: undefined };
    case 'address': {
      const own = [...record.addresses[event.role], oneLine(event.address)];
      return { ...record, addresses: { ...record.addresses, [event.role]: own } };
    }
    case 'first-reply':
      return withRoute(record, event.route, { firstReplyNs: event.afterNs });
    case 'path-mtu':
      return withRoute(record, event.route, { pathMtu: event.pathMtu });
    case 'latency':
      return withRoute(record, event.route, { measurement: event.measurement });
    case 'warning': {
      // A condition that returns is printed again.
      const warning = oneLine(event.message);
      return record.warnings.includes(warning) ? record : { ...record, warnings: [...record.warnings, warning] };
    }
    case 'failure': {
      const { stage, code, findings } = event;
      const details = findings.length > 1 && { details: findings.map(renderFinding) };
      const failure = { stage, code, message: renderFindings(findings), ...details, findings };
      return { ...record, failures: [...record.failures, failure] };
    }
    case 'diagnosis': {
      const { stage, diagnosis } = event;
      const failures = record.failures.map((failure) =>
        failure.stage === stage ? { ...failure, diagnosis } : failure,
      );
      return { ...record, failures };
    }
  }
}

export function foldEvents(events: readonly CheckupEvent[]): RunRecord {
  return events.reduce(foldEvent, EMPTY_RECORD);
}
