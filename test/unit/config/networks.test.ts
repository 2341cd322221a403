import { parseNetworks } from '../../../relay/config/networks.ts';

const isIn = (networks: string, address: string) => parseNetworks(networks)?.(address);

test.each([
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['198.51.100.0/24, 2001:db8::1', '2001:db8::1', true],
  // A socket that listens on IPv6 shows IPv4 in this form.
  ['203.0.113.0/24', '::ffff:203.0.113.9', true],
  ['203.0.113.0/24', '::ffff:203.0.114.9', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['203.0.113.0/24', 'nonsense', false],
  ['203.0.113.0/24', '', false],
])('of %s is %s: %s', (networks, address, expected) => {
  expect(isIn(networks, address)).toBe(expected);
});

test.each(['', ' , ', 'onesignal.com', '203.0.113.0/33', '2001:db8::/129', '203.0.113.0/', '203.0.113.0/8/8', '1.2.3'])(
  '%j is no list of networks',
  (text) => {
    expect(parseNetworks(text)).toBeUndefined();
  },
);
