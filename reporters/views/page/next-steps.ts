// SPDX-License-Identifier: Apache-2.0
/** What to do next after a failure without a diagnosis. */
import type { ErrorCode } from '../../../model/errors.ts';
import type { NodeReason } from '../../../model/mesh/mesh-result.ts';
import type { FailureRecord, ResultDocument } from '../../../model/result-document.ts';

const AGAIN = 'Run the checkup again';
const EVIDENCE = 'Look at the evidence files below: what the cluster and the guests reported when it failed';

const CHART = 'See in the chart below when replies were slow or lost';

const STEPS: Readonly<Record<ErrorCode, readonly string[]>> = {
  InputInvalid: [AGAIN],
  PrerequisiteMissing: ['Provide what is missing in the cluster, or name another network', AGAIN],
  SetupFailed: [EVIDENCE],
  NoConnectivity: [EVIDENCE],
  PacketLossExceeded: [CHART],
  LatencyExceeded: [CHART],
  LatencyRegressed: [
    'Find the first slow run, or the first one with more loss, in the chart above. Check what was changed before it',
  ],
  PairsFailed: ['Look at the suspects and the failed pairs below'],
  MeshIncomplete: [EVIDENCE, AGAIN],
  MigrationGapExceeded: ['See in the chart of the migration below when replies were missing'],
  MigrationFailed: [EVIDENCE, AGAIN],
  MeasurementFailed: [EVIDENCE, AGAIN],
  TeardownFailed: ['Delete the leaked VMs with the commands below'],
  TimedOut: [EVIDENCE, 'If the cluster is slow, not broken: set a longer spec.timeout'],
  Interrupted: [AGAIN],
  Internal: [`${AGAIN}; if it fails the same way, report it with result.json and html-report/`],
};

export function nextSteps({ configMap, interruptedBy }: ResultDocument, failure?: FailureRecord): string[] {
  const code = failure?.code ?? (interruptedBy === undefined ? 'Internal' : 'Interrupted');
  const steps = STEPS[code];
  if (failure !== undefined && code === 'InputInvalid') return [...correctInput(failure, configMap), ...steps];
  // A user who presses Ctrl-C knows what ended the run.
  if (code !== 'Interrupted' || interruptedBy === 'SIGINT' || configMap === undefined) return [...steps];
  const events = `kubectl get events -n ${configMap.namespace}`;
  return [`Find out what stopped it (deadline of the Job, deletion, eviction): ${events}`, ...steps];
}

/** Nodes for which there is a command. */
const MOST_NODES = 3;

/** Returns what to do about nodes of a mesh that were not measured. */
export function missingNodeSteps(nodes: readonly NodeReason[]): string[] {
  const shown = nodes.slice(0, MOST_NODES);
  const bridges = shown.map(({ reason }) => /^bridge "([\w.-]+)" is missing /.exec(reason)?.[1]);
  const looks = shown.flatMap(({ node }, index) => {
    const bridge = bridges[index];
    return bridge === undefined
      ? []
      : [`kubectl debug node/${node} -it --image=nicolaka/netshoot -- ip link show ${bridge}`];
  });
  const others = shown.flatMap(({ node }, index) =>
    bridges[index] === undefined ? [`kubectl describe node ${node}`] : [],
  );
  return [
    ...(looks.length === 0
      ? []
      : [
          ['Look at the bridge on the node:', ...looks].join('\n'),
          'Create the bridge on the nodes without it, or leave these nodes out (nodes, nodeSelector)',
        ]),
    ...(others.length === 0 ? [] : [['See what the node offers:', ...others].join('\n'), EVIDENCE]),
    AGAIN,
  ];
}

/** A finding begins with the name as it was set: in capitals if it is an environment variable. */
function correctInput({ details = [], message }: FailureRecord, configMap: ResultDocument['configMap']): string[] {
  const findings = details.length === 0 ? [message] : details;
  const isVariable = (finding: string): boolean => /^"[A-Z][A-Z0-9_]*"/.test(finding);
  const places = [
    ...(findings.some(isVariable)
      ? ['Correct the environment variables where the checkup is started, for example "env" of the Job']
      : []),
    ...(configMap !== undefined && !findings.every(isVariable)
      ? [`Correct the values in the ConfigMap: kubectl edit configmap -n ${configMap.namespace} ${configMap.name}`]
      : []),
  ];
  return [...places, 'See docs/parameters.md for what each parameter accepts'];
}
