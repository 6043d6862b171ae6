// SPDX-License-Identifier: Apache-2.0
/** The target's fixed address, with a valid source address. */
import { addressInputs, invalid, SOURCE, v4, v6 } from './address-inputs.ts';
import { MEBIBYTE, pattern } from './hostile-input.ts';

const target = (expected: string) => invalid('targetAddress', expected);
const SOURCE_SEEN = '"sourceAddress" "10\\.1\\.0\\.5/24"';

export const TARGET_ADDRESSES = addressInputs('targetAddress', '10.1.0.5/24', [
  ['notation', 'a word', 'auto'],
  ['notation', 'a name', 'vm.example/24'],
  ['notation', 'a wildcard', '10.1.0.*/24'],
  ['notation', 'a range', '10.1.0.5-10.1.0.9'],
  ['notation', 'a URL', 'http://10.1.0.6/24'],
  ['notation', 'a port', '10.1.0.6:22/24'],
  ['notation', 'a sign', '10.1.0.6/+24'],
  ['notation', 'a fraction', '10.1.0.6/24.0'],
  ['notation', 'a backslash', '10.1.0.6\\24'],
  ['range', 'negative', '10.1.0.-6/24'],
  ['range', 'five hexadecimal digits', 'fd000::6/64'],
  ['range', 'nine groups', '1:2:3:4:5:6:7:8:9/64'],
  [
    'kind',
    'loopback',
    '127.0.0.1/24',
    target(pattern('an address that a VM can have, not a loopback address (127.0.0.1/24)')),
  ],
  ['two values', 'separated by a semicolon', '10.1.0.6/24;fd00::6/64'],
  ['two values', 'the second wrong', '10.1.0.6/24,fd00::6'],
  ['digits', 'Arabic', '\u0661\u0660.1.0.6/24'],
  ['letters', 'a fullwidth solidus', '10.1.0.6\uff0f24'],
  ['invisible', 'a reading direction', '\u202e42/6.0.1.01'],
  ['control', 'colours', '\u001b[31m10.1.0.6/24\u001b[0m'],
  ['shell', 'command substitution', '$(hostname -I)'],
  ['markup', 'a tag', '<b>10.1.0.6</b>/24'],
  ['json', 'a list', '["10.1.0.6/24"]'],
  ['size', '1 MiB of commas', ','.repeat(MEBIBYTE), { at: 'camelCase' }],
  ['with the other', 'the same', '10.1.0.5/24', { ...target(`another ipv4 address than that of ${SOURCE_SEEN}`) }],
  [
    'with the other',
    'in another network',
    '10.1.1.6/24',
    target(`an ipv4 address in the network of ${SOURCE_SEEN}: 10.1.0.0/24`),
  ],
  [
    'with the other',
    'with another prefix length',
    '10.1.0.6/25',
    target(`the prefix length of ${SOURCE_SEEN} in ipv4: /24`),
  ],
  [
    ...(['with the other', 'of the other family', 'fd00::6/64'] as const),
    {
      configMap: { [SOURCE]: '10.1.0.5/24,fd00::5/64' },
      ...target('an ipv4 address, too, as there is one in "sourceAddress" "10\\.1\\.0\\.5/24,fd00::5/64"'),
    },
  ],
  [
    ...(['with the other', 'the same, spelled differently', 'fd00:0::5/64'] as const),
    {
      configMap: { [SOURCE]: 'fd00::5/64' },
      ...target('another ipv6 address than that of "sourceAddress" "fd00::5/64"'),
    },
  ],
  [
    ...(['with the other', 'none', '10.1.0.6/24'] as const),
    {
      configMap: { [SOURCE]: undefined },
      refused:
        /^"sourceAddress" parameter is missing: expected an address in the network of "\w+" "10\.1\.0\.6\/24": both /,
    },
  ],
  ['unusual but valid', 'spaces around it', ' 10.1.0.6/24 ', { accepted: [v4('10.1.0.6', 24)] }],
  [
    ...(['unusual but valid', 'its end written as IPv4', 'fd00::10.1.0.6/64'] as const),
    { configMap: { [SOURCE]: 'fd00::5/64' }, accepted: [v6('fd00::a01:6', 64)] },
  ],
  [
    ...(['unusual but valid', 'the last of an IPv6 network', 'fd00::ffff:ffff:ffff:ffff/64'] as const),
    { configMap: { [SOURCE]: 'fd00::5/64' }, accepted: [v6('fd00::ffff:ffff:ffff:ffff', 64)] },
  ],
]);
