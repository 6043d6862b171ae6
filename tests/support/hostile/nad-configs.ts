// SPDX-License-Identifier: Apache-2.0
/** `spec.config` of a NetworkAttachmentDefinition; the API server accepts any text. */
import { outcome, type HostileInput, type Row } from './hostile-input.ts';

const NOT_JSON = /^it is not JSON: line \d+, column \d+: found .*, expected .*, near "/;
const NO_OBJECT = /^it is (null|a list|a string|a number|a boolean): expected a CNI conf with "type", or a conflist/;
const NO_TYPE = /^a plugin without "type": expected a CNI conf/;
const WRONG_TYPE = /^a plugin whose "type" is (null|a list|an object|a number): expected a CNI conf/;
const NO_PLUGIN = /^a plugin whose "type" is ".*": expected the name of a CNI plugin$/;
const NO_LIST = /^"plugins" is (null|an object|a string): expected a list of plugins$/;
const BRIDGE = { accepted: { plugins: ['bridge'], binding: 'bridge' } };
const DEEP = 10_000;
const TEN_MEGABYTES = 10_000_000;
const nested = `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`;

const ROWS: Row[] = [
  ['blank', 'nothing at all: a file on the nodes', '', { accepted: { plugins: [], binding: 'bridge' } }],
  ['blank', 'white space', ' \n\t', { refused: /^it is blank$/ }],
  ['not JSON', 'a word', 'bridge'],
  ['not JSON', 'YAML', 'type: bridge'],
  ['not JSON', 'single quotes', "{'type':'bridge'}"],
  [
    'not JSON',
    'a trailing comma',
    '{"type":"bridge",}',
    { refused: /line 1, column 18: found "}", .*remove the comma/ },
  ],
  ['not JSON', 'a comment', '{"type":"bridge"} // ours'],
  ['not JSON', 'two documents', '{"type":"bridge"}{"type":"sriov"}'],
  ['not JSON', 'NaN', '{"type":"bridge","mtu":NaN}'],
  ['not JSON', 'a function', '!!js/function "function(){}"'],
  ['not JSON', 'a byte order mark', '\ufeff{"type":"bridge"}'],
  ['not JSON', 'NUL', '{"type":"bridge"}\u0000'],
  ['not JSON', 'markup, colours and a reading direction', '<script>\u001b[31m\u202ealert(1)'],
  ['not JSON', 'nested 10,000 deep and unclosed', '{"a":'.repeat(DEEP)],
  ['not JSON', '10 MB', 'x'.repeat(TEN_MEGABYTES)],
  ['another JSON', 'a number', '42', { refused: NO_OBJECT }],
  ['another JSON', 'a string', '"sriov"', { refused: NO_OBJECT }],
  ['another JSON', 'null', 'null', { refused: NO_OBJECT }],
  ['another JSON', 'a boolean', 'true', { refused: NO_OBJECT }],
  ['another JSON', 'a list of plugins', '[{"type":"bridge"}]', { refused: NO_OBJECT }],
  ['another JSON', 'a list 10,000 deep', nested, { refused: NO_OBJECT }],
  ['type', 'none', '{}', { refused: NO_TYPE }],
  ['type', 'in upper case', '{"Type":"bridge"}', { refused: NO_TYPE }],
  ['type', 'a number', '{"type":5}', { refused: WRONG_TYPE }],
  ['type', 'null', '{"type":null}', { refused: WRONG_TYPE }],
  ['type', 'a list', '{"type":["bridge"]}', { refused: WRONG_TYPE }],
  ['type', 'an object', '{"type":{"name":"bridge"}}', { refused: WRONG_TYPE }],
  ['type', 'empty', '{"type":""}', { refused: NO_PLUGIN }],
  ['type', 'spaces', '{"type":"  "}', { refused: NO_PLUGIN }],
  ['type', 'a path', '{"type":"../../bin/sh"}', { refused: NO_PLUGIN }],
  ['type', 'escapes and two lines', '{"type":"\\u001b[31m\\nbridge"}', { refused: NO_PLUGIN }],
  ['plugins', 'an object', '{"plugins":{"type":"bridge"}}', { refused: NO_LIST }],
  ['plugins', 'a string', '{"plugins":"bridge"}', { refused: NO_LIST }],
  ['plugins', 'null next to a type', '{"type":"bridge","plugins":null}', { refused: NO_LIST }],
  ['plugins', 'none', '{"plugins":[]}', { refused: /^"plugins" is an empty list: expected at least one plugin$/ }],
  ['plugins', 'one without a type', '{"plugins":[{"type":"bridge"},{}]}', { refused: NO_TYPE }],
  ['plugins', 'null', '{"plugins":[null]}', { refused: NO_TYPE }],
  ['plugins', 'strings', '{"plugins":["bridge"]}', { refused: NO_TYPE }],
  ['plugins', 'the second wrong', '{"plugins":[{"type":"bridge"},{"type":7}]}', { refused: WRONG_TYPE }],
  ['objects', 'a prototype', '{"__proto__":{"type":"bridge"}}', { refused: NO_TYPE }],
  ['objects', 'a prototype with plugins', '{"type":"bridge","__proto__":{"plugins":[]}}', BRIDGE],
  ['objects', 'a constructor', '{"type":"bridge","constructor":{"prototype":{"type":"sriov"}}}', BRIDGE],
  ['unusual but valid', 'an escaped key', '{"\\u0074ype":"bridge"}', BRIDGE],
  ['unusual but valid', 'type and plugins', '{"type":"sriov","plugins":[{"type":"bridge"}]}', BRIDGE],
  ['unusual but valid', '10,000 deep next to the type', `{"type":"bridge","a":${nested}}`, { ...BRIDGE }],
  ['unusual but valid', '10 MB next to the type', `{"type":"bridge","a":"${'x'.repeat(TEN_MEGABYTES)}"}`, BRIDGE],
  [
    ...(['unusual but valid', 'a key twice: the last one counts', '{"type":"bridge","type":"sriov"}'] as const),
    { accepted: { plugins: ['sriov'], binding: 'sriov' } },
  ],
];

export const NAD_CONFIGS = ROWS.map(([kind, what, value, options = {}]): HostileInput => ({
  parameter: 'NAD spec.config',
  class: kind,
  what,
  value,
  environment: {},
  configMap: {},
  nad: value,
  expected: outcome(options, NOT_JSON),
}));
