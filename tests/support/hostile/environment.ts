// SPDX-License-Identifier: Apache-2.0
/** Inputs of the environment only: the ConfigMap, which becomes part of a path, and the pod, which owns created objects. */
import { outcome, pattern, UID, type HostileInput, type Options, type Row } from './hostile-input.ts';

const CONFIG_MAP = {
  CONFIGMAP_NAMESPACE: undefined,
  CONFIGMAP_NAME: undefined,
  RESULT_CONFIGMAP_NAMESPACE: undefined,
  RESULT_CONFIGMAP_NAME: undefined,
};
const NAMED = { ...CONFIG_MAP, CONFIGMAP_NAMESPACE: 'latency', CONFIGMAP_NAME: 'kubevirt-vm-latency-config' };
const RESULTS = { ...CONFIG_MAP, RESULT_CONFIGMAP_NAMESPACE: 'latency', RESULT_CONFIGMAP_NAME: 'results' };

function inputs(variable: string, base: Options['environment'], wanted: string, rows: Row[]): HostileInput[] {
  return rows.map(([kind, what, value, options = {}]) => ({
    parameter: variable.replace('RESULT_', ''),
    class: kind,
    what,
    value,
    configMap: {},
    environment: { ...base, [variable]: value, ...options.environment },
    expected: outcome(
      options,
      new RegExp(`^environment variable "${variable}" is invalid: ".*: expected ${pattern(wanted)}$`),
    ),
  }));
}

const unset = (variable: string): RegExp => new RegExp(`^missing required environment variable: "${variable}"$`);
const NAMESPACE = 'the name of a namespace (RFC 1123 label)';
const OBJECT = 'the name of an object (RFC 1123 subdomain)';
const REF = { namespace: 'latency', name: 'kubevirt-vm-latency-config', olderLauncher: false };

const namespaces = [
  ...inputs('CONFIGMAP_NAMESPACE', NAMED, NAMESPACE, [
    ['blank', 'nothing at all', '', { refused: unset('CONFIGMAP_NAMESPACE') }],
    ['blank', 'a tab', '\t', { refused: unset('CONFIGMAP_NAMESPACE') }],
    ['path', 'another namespace by way of the directory above', '../kube-system'],
    ['path', 'the directory above', '..'],
    ['path', 'the directory itself', '.'],
    ['path', 'the directory above, encoded', '%2e%2e'],
    ['path', 'a slash', 'latency/configmaps'],
    ['path', 'a backslash', 'latency\\..\\kube-system'],
    ['path', 'a query', 'latency?dryRun=All'],
    ['path', 'a fragment', 'latency#'],
    ['path', 'a host', '//evil.example/latency'],
    ['name rules', 'upper case', 'LATENCY'],
    ['name rules', '64 characters', 'n'.repeat(64)],
    ['control', 'a header', 'latency\r\nAuthorization: none'],
    ['invisible', 'a reading direction', '\u2067latency'],
    ['digits', 'fullwidth', '\uff10'],
    ['shell', 'a second command', 'latency;reboot'],
    ['unusual but valid', 'spaces around it', ' latency ', { accepted: REF }],
    [
      ...(['two places', 'wrong, where the older spelling is right', 'a/b'] as const),
      { environment: { RESULT_CONFIGMAP_NAMESPACE: 'latency' } },
    ],
    [
      ...(['two places', 'blank, where the older spelling is right', ' '] as const),
      { environment: { RESULT_CONFIGMAP_NAMESPACE: 'latency' }, accepted: REF },
    ],
  ]),
  ...inputs('RESULT_CONFIGMAP_NAMESPACE', RESULTS, NAMESPACE, [
    ['older spelling', 'the directory above', '../..'],
    ['older spelling', 'dots', 'a.b'],
  ]),
];

const names = [
  ...inputs('CONFIGMAP_NAME', NAMED, OBJECT, [
    ['blank', 'nothing at all', '', { refused: unset('CONFIGMAP_NAME') }],
    ['path', 'the list above', '..'],
    ['path', 'a neighbour by way of the directory above', 'x/../y'],
    ['path', 'a subresource', 'config/status'],
    ['path', 'the same, encoded', 'config%2fstatus'],
    ['path', 'a parameter', 'config;v=1'],
    ['name rules', '254 characters', 'c'.repeat(254)],
    ['name rules', 'a space', 'config map'],
    ['name rules', 'an underscore', 'config_map'],
    ['name rules', 'two dots', 'config..map'],
    ['name rules', 'a hyphen at the beginning', '-config'],
    ['control', 'two lines', 'config\nmap'],
    ['shell', 'command substitution', '$(cat /etc/passwd)'],
    ['markup', 'an image', '<img src=x onerror=alert(1)>'],
    ['invisible', 'a zero-width space alone', '\u200b'],
    ['json', 'an object', '{"name":"config"}'],
    ['unusual but valid', 'dots', 'a.b.c', { accepted: { ...REF, name: 'a.b.c' } }],
  ]),
  ...inputs('RESULT_CONFIGMAP_NAME', RESULTS, OBJECT, [
    ['older spelling', 'the directory above', '../x'],
    ['older spelling', 'spaces around it', ' results ', { accepted: { ...REF, name: 'results', olderLauncher: true } }],
  ]),
];

const POD = 'the name of the pod this runs in (RFC 1123 subdomain)';
const OWNED = { ...NAMED, POD_UID: UID, HOSTNAME: 'host-1' };

const podNames = [
  ...inputs('POD_NAME', OWNED, POD, [
    ['name rules', 'upper case and an underscore', 'Pod_1'],
    ['name rules', 'a dot at the end', 'pod-1.'],
    ['name rules', '254 characters', 'p'.repeat(254)],
    ['path', 'the directory above', '../pod-1'],
    ['name rules', 'kind and name', 'pod/pod-1'],
    ['shell', 'command substitution', '$(hostname)'],
    ['control', 'two lines', 'pod-1\npod-2'],
    ['markup', 'a tag', '<b>pod</b>'],
    ['invisible', 'a reading direction', 'pod-1\u200f'],
    ['letters', 'a fullwidth digit', 'pod-\uff11'],
    ['unusual but valid', 'spaces around it', ' pod-1 ', { accepted: { name: 'pod-1', uid: UID } }],
    ['two places', 'blank: the host name', ' ', { accepted: { name: 'host-1', uid: UID } }],
    ['unused', 'wrong, but without a uid', 'Pod_1', { environment: { POD_UID: undefined }, accepted: undefined }],
  ]),
  ...inputs('HOSTNAME', OWNED, POD, [['host name', 'of a laptop', "Somebody's-Mac.local"]]).map((input) => ({
    ...input,
    parameter: 'POD_NAME',
  })),
];

const podUids = inputs('POD_UID', { ...NAMED, POD_NAME: 'pod-1' }, 'the uid of the pod this runs in (a UUID)', [
  ['uid rules', 'a word', 'not-a-uid'],
  ['uid rules', 'a number', '1234'],
  ['uid rules', 'a digit short', UID.slice(0, -1)],
  ['uid rules', 'a digit long', `${UID}0`],
  ['uid rules', 'a letter that is no digit', UID.replace('f', 'g')],
  ['uid rules', 'without hyphens', UID.replaceAll('-', '')],
  ['uid rules', 'in braces', `{${UID}}`],
  ['uid rules', 'as a URN', `urn:uuid:${UID}`],
  ['two values', 'two uids', `${UID},${UID}`],
  ['control', 'two lines', `${UID}\n${UID}`],
  ['pattern', 'the field it should come from', 'metadata.uid'],
  ['digits', 'fullwidth', UID.replaceAll('0', '\uff10')],
  ['invisible', 'a zero-width joiner', `${UID}\u200d`],
  ['json', 'null', 'null'],
  ['blank', 'nothing at all', '', { accepted: undefined }],
  ['unusual but valid', 'upper case', UID.toUpperCase(), { accepted: { name: 'pod-1', uid: UID.toUpperCase() } }],
  ['unusual but valid', 'a line feed', `${UID}\n`, { accepted: { name: 'pod-1', uid: UID } }],
]);

export const ENVIRONMENT_INPUTS = [...namespaces, ...names, ...podNames, ...podUids];
