// SPDX-License-Identifier: Apache-2.0
/** Parses the command line into complete options, or reports all complaints at once. */
import path from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseGoDuration } from '../fixtures/input/go-duration.ts';
import { TIMEOUT_KEY } from '../fixtures/input/keys.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { objectName } from '../model/names.ts';
import { camelCaseKey, isParameterName } from '../model/parameters.ts';
import { findMeant } from '../fixtures/input/unknown-names.ts';
import { inputComplaints, parseInput } from '../fixtures/input/parse-input.ts';
import { quoted } from '../model/text.ts';

export const HELP = `Runs one checkup on the cluster of the current kubectl context: applies its permissions, a ConfigMap and a Job, follows the log,
prints the result, fetches the artifacts, and removes what it applied. Ctrl-C ends the checkup and cleans up, too; a second one, later,
does not wait for the end of the checkup.

  --network NAMESPACE/NAME   the NetworkAttachmentDefinition to check (mandatory); repeat it to check several, one after another
  --mesh                     check every pair of nodes, with a VM on each node, instead of two VMs
  --nodes NODE,NODE,…        the nodes of the mesh (default: every node that can run a VM)
  --node-selector SELECTOR   the nodes of the mesh by their labels, as kubectl get nodes -l takes it
  --source-node NODE         the node of the VM that pings
  --target-node NODE         the node of the VM that answers
  --duration DURATION        how long to ping, in whole seconds (default 5s)
  --max-latency DURATION     fail above this latency, such as 50ms (default: no limit)
  --timeout DURATION         how long the checkup may take (default 5m)
  --param NAME=VALUE         any other parameter of the checkup; may be repeated
  --image IMAGE              the checkup's image (default: that of manifests/job.yaml)
  --image-pull-secret NAME   the Secret with the credentials for this image (default: that of the service account, if it has one)
  --namespace NAMESPACE      where to run (default: that of the kubectl context)
  --start-timeout DURATION   how long the Job's pod may take to start (default 2m)
  --artifacts DIRECTORY      where reports and logs go: into <cluster>/<namespace>.<network>/<start time> below it, with "_" between
                             several networks (default: ARTIFACTS_DIR, or artifacts)
  --dry-run                  print YAML for kubectl apply, and stop; its Job has no container for fetching the artifacts
  --keep                     remove nothing at the end
  --show-configmap           print the ConfigMap with the result
  --verbose                  print each object that is applied
  --local                    run the checkup here, in your own name: only a ConfigMap is applied
  --history                  print the earlier runs on these networks, and stop; only with --network, --mesh, --artifacts, --configmap
  --configmap NAMESPACE/NAME with --history: print the runs in this ConfigMap instead of those of this command
  --help                     this text

Ends with 0 when the checkup succeeded, 1 when it failed, 130 when it was interrupted, 2 when it was not understood. With --history: 0 when
the runs were printed or there are none, 1 when they cannot be read. KUBECTL names another kubectl than the one found on PATH.
`;

export interface Options {
  /** Data of the ConfigMap. */
  data: Readonly<Record<string, string>>;
  /** In the order of the command line. */
  networks: readonly [ObjectRef, ...ObjectRef[]];
  /** Whether to check every pair of nodes. */
  mesh: boolean;
  timeoutMs: number;
  /** How many runs the history of the network contains. */
  historyRuns: number;
  startTimeoutMs: number;
  image: string | undefined;
  imagePullSecret: string | undefined;
  namespace: string | undefined;
  /** The parent of the directories of all runs. */
  artifacts: string;
  dryRun: boolean;
  keep: boolean;
  local: boolean;
  showConfigMap: boolean;
  verbose: boolean;
  /** One for each unknown parameter. */
  warnings: readonly string[];
}

/** `--history`: the runs to print. */
export interface HistoryRequest {
  history: true;
  /** In the order of the command line; empty only with a ConfigMap: all of its networks. */
  networks: readonly ObjectRef[];
  mesh: boolean;
  /** The parent of the directories of all runs. */
  artifacts: string;
  /** Undefined: the runs that this command saved. */
  configMap: ObjectRef | undefined;
}

/** The complaints about the command line. */
export class UsageError extends Error {
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
  }
}

const OPTIONS = {
  network: { type: 'string', multiple: true, default: [] },
  mesh: { type: 'boolean', default: false },
  nodes: { type: 'string' },
  'node-selector': { type: 'string' },
  'source-node': { type: 'string' },
  'target-node': { type: 'string' },
  duration: { type: 'string' },
  'max-latency': { type: 'string' },
  timeout: { type: 'string', default: '5m' },
  param: { type: 'string', multiple: true, default: [] },
  image: { type: 'string' },
  'image-pull-secret': { type: 'string' },
  namespace: { type: 'string' },
  'start-timeout': { type: 'string', default: '2m' },
  artifacts: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  local: { type: 'boolean', default: false },
  'show-configmap': { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  history: { type: 'boolean', default: false },
  configmap: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies NonNullable<ParseArgsConfig['options']>;

/** The options that can be combined with `--history`. */
const WITH_HISTORY = {
  savedRuns: ['history', 'network', 'mesh', 'artifacts'],
  configMap: ['history', 'network', 'configmap'],
};

/** The format of a ConfigMap key. */
const CONFIGMAP_KEY = /^[-._a-zA-Z0-9]{1,200}$/;

/** The option that sets a parameter, for complaints. */
const OPTION_OF: Readonly<Record<string, string>> = {
  [TIMEOUT_KEY]: '--timeout',
  networkAttachmentDefinitionNamespace: '--network',
  networkAttachmentDefinitionName: '--network',
  networkAttachmentDefinitions: '--network',
  topology: '--mesh',
  nodes: '--nodes',
  nodeSelector: '--node-selector',
  sourceNode: '--source-node',
  targetNode: '--target-node',
  sampleDurationSeconds: '--duration',
  maxDesiredLatencyMilliseconds: '--max-latency',
};

/** @param artifacts the default of `--artifacts`, of the environment. @throws UsageError */
export function parseOptions(args: string[], artifacts = ''): Options | HistoryRequest | 'help' {
  const { values, names, doubles } = readArguments(args);
  if (values.help) return 'help';
  const complaints = doubles.map((option) => `${option} is given twice`);
  complaints.push(...historyComplaints(names));
  const refuse = (option: string, value: string, expected: string): undefined => {
    complaints.push(`${option} ${quoted(value)}: expected ${expected}`);
  };
  const milliseconds = (option: string, text: string | undefined): number | undefined => {
    // A number without a unit would be ambiguous.
    const ms = text === undefined || /^\d+$/.test(text) ? undefined : parseGoDuration(text);
    if (text !== undefined && ms === undefined)
      refuse(option, text, 'a duration with its unit, such as 30s, 50ms or 5m');
    return ms;
  };

  const parameters = new Map<string, string>();
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) return;
    if (parameters.has(name)) complaints.push(`${OPTION_OF[name] ?? `--param ${name}`} is given twice`);
    parameters.set(name, value);
  };
  const reference = (option: string, text: string): ObjectRef[] => {
    const [namespace, name, ...rest] = text.split('/');
    if (namespace && name && rest.length === 0) return [{ namespace, name }];
    refuse(option, text, 'NAMESPACE/NAME');
    return [];
  };
  const [configMap] = values.configmap === undefined ? [] : reference('--configmap', values.configmap);
  const needsNetwork = !values.history || values.configmap === undefined;
  if (needsNetwork && values.network.length === 0) {
    complaints.push(
      values.history
        ? '--history alone has no runs to print: expected --network NAMESPACE/NAME or --configmap NAMESPACE/NAME'
        : '--network is missing: expected NAMESPACE/NAME of a network',
    );
  }
  const networks = values.network.flatMap((text) => reference('--network', text));
  const [network = { namespace: '', name: '' }, ...otherNetworks] = networks;
  if (values.network.length > 1) set('networkAttachmentDefinitions', values.network.join(','));
  else if (network.name !== '') {
    set('networkAttachmentDefinitionNamespace', network.namespace);
    set('networkAttachmentDefinitionName', network.name);
  }
  set('topology', values.mesh ? 'mesh' : undefined);
  set('nodes', values.nodes);
  set('nodeSelector', values['node-selector']);
  set('sourceNode', values['source-node']);
  set('targetNode', values['target-node']);
  const sampleMs = milliseconds('--duration', values.duration);
  set('sampleDurationSeconds', sampleMs === undefined ? undefined : String(sampleMs / 1000));
  const limitMs = milliseconds('--max-latency', values['max-latency']);
  // To the nanosecond: what is not decimal in a unit's factor is not in the latency either.
  set('maxDesiredLatencyMilliseconds', limitMs === undefined ? undefined : String(Number(limitMs.toFixed(6))));
  for (const param of values.param) {
    const [, key = '', value] = /^([^=]+)=(.*)$/s.exec(param) ?? [];
    const meant = isParameterName(key) ? undefined : findMeant(key);
    if (value === undefined) refuse('--param', param, 'NAME=VALUE');
    else if (!CONFIGMAP_KEY.test(key)) refuse('--param', param, 'a NAME of letters, digits, "-", "_" and "."');
    else if (meant !== undefined) {
      const instead = meant.key === TIMEOUT_KEY ? '--timeout' : meant.name;
      complaints.push(`--param ${quoted(param)}: unknown parameter: did you mean "${instead}"?`);
    } else if (key === 'topology' && values.mesh && value !== 'mesh')
      complaints.push(`--mesh and --param ${param} contradict each other`);
    else set(key, value);
  }

  const pullSecret = values['image-pull-secret'];
  if (pullSecret !== undefined && objectName(pullSecret) === undefined)
    refuse('--image-pull-secret', pullSecret, 'the name of a Secret');

  const timeoutMs = milliseconds('--timeout', values.timeout) ?? 0;
  const startTimeoutMs = milliseconds('--start-timeout', values['start-timeout']) ?? 0;
  const entries = [...parameters].map(([key, value]) => [camelCaseKey(key), value] as const);
  const data = { [TIMEOUT_KEY]: values.timeout, ...Object.fromEntries(entries) };
  // The checkup would report the same complaints, but only after objects are applied.
  if (complaints.length === 0 && networks.length > 0)
    complaints.push(...inputComplaints({}, data, false).map(withOption));
  if (complaints.length > 0) throw new UsageError(complaints);
  const mesh = parameters.get('topology') === 'mesh';
  const parent = path.resolve(values.artifacts ?? (artifacts || 'artifacts'));
  if (values.history) return { history: true, networks, mesh, artifacts: parent, configMap };
  const unknown = [...parameters.keys()].filter((key) => !isParameterName(key));
  const warnings = unknown.map((key) => `--param ${key}: this version does not know the parameter`);
  const { image, keep, local, verbose } = values;
  return {
    data,
    networks: [network, ...otherNetworks],
    mesh,
    timeoutMs,
    historyRuns: parseInput({}, data, false).historyRuns,
    startTimeoutMs,
    image,
    imagePullSecret: pullSecret,
    namespace: values.namespace,
    artifacts: parent,
    dryRun: values['dry-run'],
    keep,
    local,
    showConfigMap: values['show-configmap'],
    verbose,
    warnings,
  };
}

/** @param names of all options of the command line */
function historyComplaints(names: readonly string[]): string[] {
  const [history, configMap] = ['history', 'configmap'].map((name) => names.includes(name));
  if (!history) return configMap ? ['--configmap cannot be used without --history'] : [];
  const known = configMap ? WITH_HISTORY.configMap : WITH_HISTORY.savedRuns;
  const wrong = [...new Set(names)].filter((name) => !known.includes(name));
  const by = (name: string) => (WITH_HISTORY.savedRuns.includes(name) ? '--configmap' : '--history');
  return wrong.map((name) => `--${name} cannot be used with ${by(name)}`);
}

const REPEATABLE = ['network', 'param'];

function readArguments(args: string[]) {
  try {
    const { values, tokens } = parseArgs({ args, options: OPTIONS, tokens: true });
    // Without this check only the last one would be used.
    const single = tokens.flatMap((token) =>
      token.kind === 'option' && token.value !== undefined && !REPEATABLE.includes(token.name)
        ? [`--${token.name}`]
        : [],
    );
    const names = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    return { values, names, doubles: [...new Set(single.filter((option, index) => single.indexOf(option) < index))] };
  } catch (error) {
    // The message of parseArgs contains the option and its value.
    throw new UsageError([error instanceof Error ? error.message : String(error)]);
  }
}

/** Returns a complaint of the checkup with the option that it is about. */
function withOption(complaint: string): string {
  // Further names are those of other parameters, with which the value does not fit.
  const [, name = ''] = /"([^"]*)"/.exec(complaint) ?? [];
  return `${OPTION_OF[name] ?? '--param'}: ${complaint}`;
}
