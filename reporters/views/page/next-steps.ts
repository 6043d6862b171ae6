/** What to do next after a failure without a diagnosis. */
import type { ErrorCode } from '../../../model/errors.ts';
import type { FailureRecord, ResultDocument } from '../../../model/result-document.ts';

const AGAIN = 'Run the checkup again';
const EVIDENCE = 'Look at the evidence files below: what the cluster and the guests reported when it failed';

const STEPS: Readonly<Record<ErrorCode, readonly string[]>> = {
  InputInvalid: ['Correct the values above; docs/parameters.md lists what each parameter accepts', AGAIN],
  PrerequisiteMissing: ['Provide what is missing in the cluster, or name another network', AGAIN],
  SetupFailed: [EVIDENCE],
  NoConnectivity: [EVIDENCE],
  PacketLossExceeded: [
    'See in the chart whether pings were lost evenly or in one gap: a gap is an interruption, even loss is congestion or a bad link',
    'Check one node alone, with sourceNode and targetNode both set to it: if nothing is lost there, the loss is between the nodes',
  ],
  LatencyExceeded: [
    'See in the chart whether all round trips are long or only a few: a few are load on a node, all are the path',
    'Check one node alone, with sourceNode and targetNode both set to it: if that is quick, the time is spent between the nodes',
  ],
  MeasurementFailed: [EVIDENCE, AGAIN],
  TeardownFailed: ['Delete what is left, with the commands below'],
  TimedOut: [EVIDENCE, 'If the cluster is slow, not broken: set a longer spec.timeout'],
  Interrupted: [AGAIN],
  Internal: [`${AGAIN}; if it fails the same way, report it with result.json and html-report/`],
};

export function nextSteps({ configMap, interruptedBy }: ResultDocument, failure: FailureRecord | undefined): string[] {
  const code = failure?.code ?? (interruptedBy === undefined ? 'Internal' : 'Interrupted');
  const edit =
    code === 'InputInvalid' && configMap !== undefined
      ? [`Values of the ConfigMap: kubectl edit configmap -n ${configMap.namespace} ${configMap.name}`]
      : [];
  const [first, ...others] = STEPS[code];
  return [...(first === undefined ? [] : [first]), ...edit, ...others];
}
