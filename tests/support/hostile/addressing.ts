// SPDX-License-Identifier: Apache-2.0
/** IP families, addressing, and optional steps. */
import { MEBIBYTE, parameterInputs, type HostileInput } from './hostile-input.ts';

const families = parameterInputs('ipFamilies', '"ipv4", "ipv6", "ipv4,ipv6" or "ipv6,ipv4"', [
  ['spelling', 'as Kubernetes has it', 'IPv4'],
  ['spelling', 'a number', '4'],
  ['spelling', 'in words', 'dual'],
  ['spelling', 'without its number', 'ip'],
  ['spelling', 'a family that is none', 'ipv5'],
  ['two values', 'twice the same', 'ipv4,ipv4'],
  ['two values', 'three', 'ipv4,ipv6,ipv4'],
  ['two values', 'separated by a space', 'ipv4 ipv6'],
  ['two values', 'separated by a semicolon', 'ipv4;ipv6'],
  ['two values', 'an unknown one', 'ipv4,ipx'],
  ['two values', 'an empty one', 'ipv4,'],
  ['two values', 'a comma alone', ','],
  ['two values', 'the same one, and an empty one', ',ipv6'],
  ['json', 'a list', '["ipv4","ipv6"]'],
  ['yaml', 'a list', '[ipv4, ipv6]'],
  ['letters', 'a fullwidth comma', 'ipv4\uff0cipv6'],
  ['letters', 'a Cyrillic letter', '\u0456pv4'],
  ['invisible', 'a zero-width space', 'ipv4,\u200bipv6'],
  ['objects', 'a key of every object', 'constructor'],
  ['size', '1 MiB of commas', ','.repeat(MEBIBYTE), { at: 'camelCase' }],
  ['size', '1 MiB of blanks within', `ipv4,ipv6,ipv4,ipv6,${' '.repeat(MEBIBYTE)}ipv4`, { at: 'snake_case' }],
  ['blank', 'nothing at all', '', { accepted: ['ipv4'] }],
  ['unusual but valid', 'blanks around the comma', 'ipv6 \t,  ipv4', { accepted: ['ipv6', 'ipv4'] }],
  ['unusual but valid', 'spaces around it', ' ipv6 ', { accepted: ['ipv6'] }],
]);

const pair = {
  configMap: { 'spec.param.sourceAddress': '10.1.0.5/24', 'spec.param.targetAddress': '10.1.0.6/24' },
};
const WITH_PAIR =
  /^"(ADDRESSING|addressing)" parameter is invalid: "dhcp": expected "static" with "sourceAddress" "10\.1\.0\.5\/24" and "targetAddress" "10\.1\.0\.6\/24"$/;

const addressings = parameterInputs('addressing', '"static" or "dhcp"', [
  ['spelling', 'upper case', 'DHCP'],
  ['spelling', 'a capital', 'Static'],
  ['spelling', 'its version', 'dhcp4'],
  ['spelling', 'another protocol', 'slaac'],
  ['spelling', 'boolean', 'true'],
  ['spelling', 'none', 'none'],
  ['two values', 'both', 'static,dhcp'],
  ['two values', 'one or the other', 'static|dhcp'],
  ['notation', 'an address', '10.1.0.5/24'],
  ['letters', 'a Greek letter', 'st\u03b1tic'],
  ['letters', 'fullwidth', '\uff44hcp'],
  ['invisible', 'a reading direction', '\u202epchd'],
  ['quotes', 'in quotes', "'dhcp'"],
  ['control', 'two lines', 'dhcp\nstatic'],
  ['json', 'null', 'null'],
  ['with the addresses', 'DHCP, where they are fixed', 'dhcp', { ...pair, refused: WITH_PAIR }],
  ['with the addresses', 'static, where they are fixed', 'static', { ...pair, accepted: 'static' }],
  ['blank', 'spaces', '   ', { accepted: 'static' }],
  ['unusual but valid', 'a line feed', 'dhcp\n', { accepted: 'dhcp' }],
]);

const skippings = parameterInputs('skipTeardown', '"never", "onfailure" or "always"', [
  ['spelling', 'in two words', 'on failure'],
  ['spelling', 'in camel case', 'onFailure'],
  ['spelling', 'upper case', 'ALWAYS'],
  ['spelling', 'a boolean', 'true'],
  ['spelling', 'a policy of Kubernetes', 'Never'],
  ['two values', 'two of them', 'never,always'],
  ['letters', 'a Cyrillic letter', 'n\u0435ver'],
  ['invisible', 'a zero-width space', 'never\u200b'],
  ['objects', 'a key of every object', 'constructor'],
  ['blank', 'nothing at all', '', { accepted: 'never' }],
  ['unusual but valid', 'spaces around it', ' always ', { accepted: 'always' }],
]);

const bothDirections = parameterInputs('bidirectional', '"true" or "false"', [
  ['spelling', 'upper case', 'TRUE'],
  ['spelling', 'a capital', 'False'],
  ['spelling', 'yes', 'yes'],
  ['spelling', 'on', 'on'],
  ['spelling', 'a letter', 'f'],
  ['spelling', 'a word of its own', 'both'],
  ['notation', 'a number', '2'],
  ['notation', 'a negation', '!false'],
  ['two values', 'both', 'true,false'],
  ['quotes', 'in quotes', "'true'"],
  ['yaml', 'a tag', '!!bool "true"'],
  ['letters', 'a Greek letter', 'tru\u03b5'],
  ['letters', 'an arrow', '\u2194'],
  ['invisible', 'a reading direction', '\u202eeurt'],
  ['json', 'an object', '{"value":true}'],
  ['blank', 'a line feed', '\n', { accepted: false }],
  ['unusual but valid', 'spaces around it', ' true ', { accepted: true }],
  ['unusual but valid', 'the default', 'false', { accepted: false }],
]);

const mtuProbes = parameterInputs('probeMtu', '"true" or "false"', [
  ['spelling', 'upper case', 'FALSE'],
  ['spelling', 'a capital', 'True'],
  ['spelling', 'no', 'no'],
  ['spelling', 'off', 'off'],
  ['spelling', 'enabled', 'enabled'],
  ['notation', 'an MTU', '1500'],
  ['notation', 'a number', '1'],
  ['two values', 'twice', 'true true'],
  ['quotes', 'in quotes', '"false"'],
  ['yaml', 'nothing', '~'],
  ['letters', 'a long s', 'fal\u017fe'],
  ['letters', 'fullwidth', '\uff54\uff52\uff55\uff45'],
  ['invisible', 'a zero-width space', 'tr\u200bue'],
  ['control', 'a carriage return', 'true\rfalse'],
  ['json', 'null', 'null'],
  ['blank', 'nothing at all', '', { accepted: false }],
  ['unusual but valid', 'a tab after it', 'true\t', { accepted: true }],
  ['unusual but valid', 'the default', 'false', { accepted: false }],
]);

export const ADDRESSING: readonly HostileInput[] = [
  ...families,
  ...addressings,
  ...bothDirections,
  ...mtuProbes,
  ...skippings,
];
