/** What to do next after a failure without a diagnosis. */
import type { ErrorCode } from '../../../model/errors.ts';
import type { FailureRecord, ResultDocument } from '../../../model/result-document.ts';

const AGAIN = 'Run the checkup again';
const EVIDENCE = 'Look at the evidence files below: what the cluster and the guests reported when it failed';

const CHART = 'See in the chart below when replies were slow or lost';

const STEPS: Readonly<Record<ErrorCode, readonly string[]>> = {
  InputInvalid: ['Correct the values above; docs/parameters.md lists what each parameter accepts', AGAIN],
  PrerequisiteMissing: ['Provide what is missing in the cluster, or name another network', AGAIN],
  SetupFailed: [EVIDENCE],
  NoConnectivity: [EVIDENCE],
  PacketLossExceeded: [CHART],
  LatencyExceeded: [CHART],
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
