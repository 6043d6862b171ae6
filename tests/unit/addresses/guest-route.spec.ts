// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@playwright/test';
import { parseRoute } from '../../../fixtures/addresses/guest-route.ts';

const ADDRESSES = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet 10.9.9.9/32 scope global lo\\       valid_lft forever preferred_lft forever
2: eth0    inet 10.77.0.10/24 brd 10.77.0.255 scope global dynamic eth0\\       valid_lft 86sec preferred_lft 86sec
2: eth0    inet6 fd10::1/64 scope global temporary deprecated \\       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::ff:fe00:1/64 scope link \\       valid_lft forever preferred_lft forever
3: ppp0    inet 10.8.0.1 peer 10.8.0.2/32 scope global ppp0\\       valid_lft forever preferred_lft forever
`;
const LINK = { own: undefined, exists: true, router: undefined };
const NONE = { own: undefined, exists: false, router: undefined };

/** Output of `ip route get`, its exit status, and the address. iproute2 unless said. */
for (const [what, text, status, address, route] of [
  ['on the link', '10.77.0.11 dev eth0 src 10.77.0.10 uid 0 \n    cache \n', 0, '10.77.0.11', LINK],
  ['on the link, BusyBox', '10.77.0.11 dev eth0  src 10.77.0.10 \n', 0, '10.77.0.11', LINK],
  [
    'on the link, IPv6',
    'fd10::2 from :: dev eth0 proto kernel src fd10::1 metric 256 pref medium\n',
    0,
    'fd10::2',
    LINK,
  ],
  [
    'over a router',
    '10.1.0.5 via 10.77.0.1 dev eth0 src 10.77.0.10 uid 0 \n',
    0,
    '10.1.0.5',
    { ...LINK, router: '10.77.0.1' },
  ],
  ['not at all', 'RTNETLINK answers: Network is unreachable\n', 2, '10.1.0.5', NONE],
  ['not at all, BusyBox', 'ip: RTNETLINK answers: Network unreachable\n', 2, '10.1.0.5', NONE],
  ['not at all, by a route', 'unreachable fd20::1 from :: dev lo metric 4294967295 error -101\n', 0, 'fd20::1', NONE],
  ['blackhole', 'blackhole 10.1.0.5 \n', 0, '10.1.0.5', NONE],
  [
    'its own, of the interface',
    'local 10.77.0.10 dev lo src 10.77.0.10 uid 0 \n',
    0,
    '10.77.0.10',
    { ...LINK, own: 'eth0' },
  ],
  ['its own, of the loopback', 'local 10.9.9.9 dev lo src 10.9.9.9 \n', 0, '10.9.9.9', { ...LINK, own: 'lo' }],
  ['its own, of a whole subnet', 'local 10.5.0.7 dev lo src 10.5.0.7 \n', 0, '10.5.0.7', { ...LINK, own: 'lo' }],
  [
    'its own, in another spelling',
    'local fd10::1 from :: dev lo src fd10::1 \n',
    0,
    'FD10:0::1',
    { ...LINK, own: 'eth0' },
  ],
  ['its own, of a point-to-point link', 'local 10.8.0.1 dev lo \n', 0, '10.8.0.1', { ...LINK, own: 'ppp0' }],
  ['an ip that knows no "get"', 'BusyBox v1.30 … Usage: ip route\n', 1, '10.77.0.11', { ...LINK, exists: undefined }],
  [
    'an ip that knows no "get", its own',
    'Usage: ip route\n',
    1,
    'fd10::1',
    { own: 'eth0', exists: undefined, router: undefined },
  ],
] as const) {
  test(`reads a route: ${what}`, () => {
    expect(parseRoute(ADDRESSES + text, status, address)).toEqual(route);
  });
}
