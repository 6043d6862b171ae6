// SPDX-License-Identifier: Apache-2.0
/** Lists of networks, and the parameters of a mesh. */
import { MEBIBYTE, parameterInputs, type HostileInput, type Options, type Row } from './hostile-input.ts';

const MESH = { 'spec.param.topology': 'mesh' };
const NO_PAIR_OF_KEYS = {
  'spec.param.networkAttachmentDefinitionNamespace': undefined,
  'spec.param.networkAttachmentDefinitionName': undefined,
};

/** Adds keys of the ConfigMap to each row. */
function withKeys(keys: Options['configMap'], rows: Row[]): Row[] {
  return rows.map(([kind, what, value, options = {}]) => [
    kind,
    what,
    value,
    { ...options, configMap: { ...keys, ...options.configMap } },
  ]);
}

const BLUE = { namespace: 'latency', name: 'blue' };

const networkLists = parameterInputs(
  'networkAttachmentDefinitions',
  '"namespace/name" or "name" of each network, separated by commas or newlines',
  withKeys(NO_PAIR_OF_KEYS, [
    ['blank', 'separators only', ',\n ,'],
    ['name rules', 'an upper-case letter', 'latency/blue, latency/Red'],
    ['name rules', 'a namespace with a dot', 'my.networks/blue'],
    ['name rules', 'a name of 254 characters', `latency/${'a'.repeat(254)}`],
    ['separator', 'semicolons', 'latency/blue;latency/red'],
    ['separator', 'spaces', 'latency/blue latency/red'],
    ['path', 'three parts', 'a/latency/blue'],
    ['path', 'no name', 'latency/'],
    ['path', 'no namespace', '/blue'],
    ['path', 'the directory above', '../blue'],
    ['yaml', 'a list', '- latency/blue\n- latency/red'],
    ['json', 'a list', '["latency/blue"]'],
    ['letters', 'a Cyrillic letter', 'latency/bl\u0443e'],
    ['invisible', 'a zero-width space', 'latency/\u200bblue'],
    ['markup', 'a script', '<script>alert(1)</script>'],
    ['size', '1 MiB of slashes', '/'.repeat(MEBIBYTE), { at: 'camelCase' }],
    ['unusual but valid', 'a comma at the end', 'latency/blue,', { accepted: [BLUE] }],
    [
      ...(['unusual but valid', 'commas and newlines'] as const),
      'latency/blue,\n latency/red.1\n',
      { accepted: [BLUE, { namespace: 'latency', name: 'red.1' }] },
    ],
  ]),
);

const topologies = parameterInputs('topology', '"pair" or "mesh"', [
  ['spelling', 'upper case', 'MESH'],
  ['spelling', 'another word', 'full'],
  ['spelling', 'plural', 'pairs'],
  ['two values', 'a list', 'pair,mesh'],
  ['objects', 'a key of every object', 'constructor'],
  ['invisible', 'a soft hyphen', 'me\u00adsh'],
  ['json', 'true', 'true'],
  ['unusual but valid', 'spaces around it', ' mesh ', { accepted: 'mesh' }],
]);

const nodeLists = parameterInputs(
  'nodes',
  'names of nodes, separated by commas or newlines',
  withKeys(MESH, [
    ['blank', 'separators only', ',,\n'],
    ['name rules', 'an upper-case letter', 'node-1, Node-2'],
    ['name rules', 'a port', 'node-1:10250,node-2'],
    ['separator', 'semicolons', 'node-1;node-2'],
    ['separator', 'spaces', 'node-1 node-2'],
    ['pattern', 'a wildcard', 'node-*,node-1'],
    ['shell', 'command substitution', 'node-1,$(reboot)'],
    ['control', 'colours', '\u001b[31mnode-1\u001b[0m,node-2'],
    [
      ...(['size', '200,000 wrong names', 'A,'.repeat(200_000)] as const),
      { at: 'camelCase', refused: /not "A", "A", "A", "A", "A" and 199995 more$/ },
    ],
    ['unusual but valid', 'a line for each', 'node-1\nnode-2\n', { accepted: ['node-1', 'node-2'] }],
  ]),
);

const selectors = parameterInputs(
  'nodeSelector',
  'a label selector as "kubectl get nodes -l" accepts it',
  withKeys(MESH, [
    ['syntax', 'an unclosed set', 'zone in (a'],
    ['syntax', 'an empty set', 'zone in ()'],
    ['syntax', 'a comma at the end', 'zone=a,'],
    ['syntax', 'a comma at the beginning', ',zone=a'],
    ['syntax', 'three equals signs', 'zone===a'],
    ['syntax', 'an operator of CSS', 'zone~=a'],
    ['syntax', 'a regular expression', 'zone=a.*'],
    ['syntax', 'a key only excluded twice', '!!zone'],
    ['name rules', 'two prefixes', 'a/b/c=d'],
    ['name rules', 'a value of 64 characters', `zone=${'a'.repeat(64)}`],
    ['shell', 'a second command', 'zone=a;reboot'],
    ['json', 'an object', '{"zone": "a"}'],
    ['size', '1 MiB of requirements', 'a,'.repeat(MEBIBYTE / 2), { at: 'camelCase' }],
    ['size', '1 MiB of equals signs', `zone${'='.repeat(MEBIBYTE)}`, { at: 'camelCase' }],
    ['unusual but valid', 'an empty value', 'zone=', { accepted: 'zone=' }],
    ['unusual but valid', 'keys that are operators', 'in in (in),notin', { accepted: 'in in (in),notin' }],
  ]),
);

/** Wrong values of a count. */
const NO_COUNTS: Row[] = [
  ['sign', 'negative', '-1'],
  ['sign', 'plus', '+5'],
  ['range', 'one too many', '1001'],
  ['range', 'more than a number holds', '9'.repeat(400)],
  ['notation', 'a fraction', '2.5'],
  ['notation', 'an exponent', '1e2'],
  ['not a number', 'a word', 'all'],
];

const mostVms = parameterInputs(
  'maxVms',
  'whole number of VMs from 2 to 1000',
  withKeys(MESH, [
    ...NO_COUNTS,
    ['range', 'too few for a pair', '1'],
    ['unusual but valid', 'a pair', '2', { accepted: 2 }],
  ]),
);
const rounds = parameterInputs(
  'roundsPerRun',
  'whole number of rounds from 0 to 1000',
  withKeys(MESH, [
    ...NO_COUNTS,
    ['unusual but valid', 'all', '0', { accepted: 0 }],
    ['unusual but valid', 'leading zeros', '0010', { accepted: 10 }],
  ]),
);
const retests = parameterInputs(
  'retestWorstPairs',
  'whole number of pairs from 0 to 1000',
  withKeys(MESH, [
    ...NO_COUNTS,
    ['unusual but valid', 'none', '0', { accepted: 0 }],
    ['blank', 'a tab', '\t', { accepted: 5 }],
  ]),
);

const failedPairs = parameterInputs(
  'maxFailedPairs',
  'a whole number of pairs, or a percentage of them such as "2%"',
  withKeys(MESH, [
    ['sign', 'negative', '-1%'],
    ['range', 'more than all', '100.001%'],
    ['range', 'more than a number holds', `${'9'.repeat(400)}%`],
    ['notation', 'a fraction of a pair', '0.5'],
    ['notation', 'a decimal comma', '0,5%'],
    ['notation', 'two percent signs', '2%%'],
    ['notation', 'a space before the sign', '2 %'],
    ['digits', 'a permille sign', '5\u2030'],
    ['not a number', 'a word', 'none'],
    ['unusual but valid', 'a thousandth', '0.001%', { accepted: { value: 0.001, unit: 'percent' } }],
    ['unusual but valid', 'all', '100%', { accepted: { value: 100, unit: 'percent' } }],
  ]),
);

export const MESH_INPUTS: readonly HostileInput[] = [
  ...networkLists,
  ...topologies,
  ...nodeLists,
  ...selectors,
  ...mostVms,
  ...rounds,
  ...retests,
  ...failedPairs,
];
