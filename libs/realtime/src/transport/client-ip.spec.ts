/** The client address for every combination of proxies, configuration and X-Forwarded-For header. */
import { loadConfig } from '@aeturnis/platform';
import { addressKey, clientIp, networkKey } from './client-ip';

const PROXY = '10.0.0.9';
const clientIpOf = (header: string | undefined, trusted: string, peer: string | undefined = PROXY): string =>
  clientIp({ 'x-forwarded-for': header }, peer, loadConfig({ TRUSTED_PROXIES: trusted }).trustedProxies);

describe('clientIp with a number of trusted proxies', () => {
  it.each<[string, string | undefined, string, string | undefined, string]>([
    ['no proxy is trusted', '6.6.6.6', '0', PROXY, PROXY],
    ['the only entry', '6.6.6.6', '1', PROXY, '6.6.6.6'],
    ['entries are counted from the right', '6.6.6.6, 7.7.7.7, 8.8.8.8', '2', PROXY, '7.7.7.7'],
    ['a chain shorter than configured', '6.6.6.6', '2', PROXY, PROXY],
    ['no header', undefined, '1', PROXY, PROXY],
    ['an empty header', '', '1', PROXY, PROXY],
    ['a header of commas', ', ,,', '1', PROXY, PROXY],
    ['empty entries are skipped', '6.6.6.6,, ,7.7.7.7,', '2', PROXY, '6.6.6.6'],
    ['a leading comma', ',6.6.6.6', '2', PROXY, PROXY],
    ['a port', '198.51.100.3:40001', '1', PROXY, '198.51.100.3'],
    ['IPv6 with a port', '[2001:db8::1]:443', '1', PROXY, '2001:db8::1'],
    ['IPv6 in brackets', '[2001:DB8:0:0::1]', '1', PROXY, '2001:db8::1'],
    ['IPv6 in quotes', '"[2001:db8::1]:443"', '1', PROXY, '2001:db8::1'],
    ['IPv6 written out', '2001:0db8:0000:0000:0000:0000:0000:0001', '1', PROXY, '2001:db8::1'],
    ['IPv4 mapped with dots', '::FFFF:198.51.100.3', '1', PROXY, '198.51.100.3'],
    ['IPv4 mapped in hexadecimal', '::ffff:c633:6403', '1', PROXY, '198.51.100.3'],
    ['IPv4 mapped, written out, with a port', '[0:0:0:0:0:ffff:c633:6403]:80', '1', PROXY, '198.51.100.3'],
    ['a zone', 'fe80::1%eth0', '1', PROXY, 'fe80::1'],
    ['unknown', 'unknown', '1', PROXY, PROXY],
    ['an obfuscated identifier', '_hidden', '1', PROXY, PROXY],
    ['an obfuscated port', '6.6.6.6:_port', '1', PROXY, PROXY],
    ['the other header by mistake', 'for=6.6.6.6', '1', PROXY, PROXY],
    ['an octal address', '010.0.0.1', '1', PROXY, PROXY],
    ['a number', '16909060', '1', PROXY, PROXY],
    ['a host name', 'client.example', '1', PROXY, PROXY],
    ['an endless entry', '1'.repeat(5_000), '1', PROXY, PROXY],
    ['rubbish beyond the place that counts', '\u0000 %%%, 6.6.6.6', '1', PROXY, '6.6.6.6'],
    ['a client that reaches the node from the internet', '6.6.6.6', '1', '203.0.113.7', '203.0.113.7'],
    ['the same by IPv6', '6.6.6.6', '1', '2001:db8:f::1', '2001:db8:f::1'],
    ['a proxy on this machine', '6.6.6.6', '1', '::1', '6.6.6.6'],
    ['a proxy with a mapped address', '6.6.6.6', '1', '::ffff:10.0.0.9', '6.6.6.6'],
    ['a proxy with a unique local address', '6.6.6.6', '1', 'fd00::9', '6.6.6.6'],
    ['a proxy with a link-local address', '6.6.6.6', '1', 'fe80::9%eth0', '6.6.6.6'],
    ['a peer with a mapped address', undefined, '0', '::ffff:203.0.113.7', '203.0.113.7'],
    ['a peer with a zone', undefined, '0', 'fe80::9%eth0', 'fe80::9'],
    ['a peer that has disconnected', '6.6.6.6', '0', undefined, 'unknown'],
    ['a peer behind a proxy that has disconnected', '6.6.6.6', '1', undefined, 'unknown'],
  ])('%s', (_, header, trusted, peer, expected) =>
    // Not `clientIpOf`: an `undefined` peer would take the default.
    expect(clientIp({ 'x-forwarded-for': header }, peer, loadConfig({ TRUSTED_PROXIES: trusted }).trustedProxies)).toBe(
      expected,
    ),
  );

  it('several headers: their entries are counted together', () => {
    const headers = { 'x-forwarded-for': ['6.6.6.6, 7.7.7.7', '8.8.8.8'] as unknown as string };
    expect(clientIp(headers, PROXY, 2)).toBe('7.7.7.7');
  });
});

describe('clientIp with the addresses of the trusted proxies', () => {
  const LIST = '10.0.0.0/8, 203.0.113.7, 2001:db8:aa::/48';

  it.each([
    ['the first entry from the right that is no proxy', '6.6.6.6, 7.7.7.7, 10.1.1.1', LIST, PROXY, '7.7.7.7'],
    ['a proxy with a public address', '6.6.6.6', LIST, '203.0.113.7', '6.6.6.6'],
    ['a peer that is not listed', '6.6.6.6', LIST, '203.0.113.8', '203.0.113.8'],
    ['IPv6 proxies, ports and spellings', '7.7.7.7, [2001:0DB8:aa:1::1]:80', LIST, '2001:db8:aa::9', '7.7.7.7'],
    ['only proxies', '10.2.2.2, 10.1.1.1', LIST, PROXY, '10.2.2.2'],
    ['rubbish behind a proxy', '6.6.6.6, unknown, 10.1.1.1', LIST, PROXY, '10.1.1.1'],
    ['keywords', '6.6.6.6, 192.168.1.1, fd00::1', 'loopback, uniquelocal', '127.0.0.1', '6.6.6.6'],
  ])('%s', (_, header, trusted, peer, expected) => expect(clientIpOf(header, trusted, peer)).toBe(expected));

  it.each(['17', '10.0.0.0/33', '::/129', 'proxy.example', '10.0.0.1/8/8', '010.0.0.1', ','])(
    'TRUSTED_PROXIES=%s: is refused',
    (value) => expect(() => loadConfig({ TRUSTED_PROXIES: value })).toThrow(/TRUSTED_PROXIES must be a/),
  );
});

describe('addressKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['unknown', 'unknown'],
    ['a:b:c', 'unknown'],
  ])('%s: the key is %s', (ip, key) => expect(addressKey(ip)).toBe(key));
});

describe('networkKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:0DB8:0001:ffff::9', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['unknown', 'unknown'],
    ['a:b:c', 'unknown'],
  ])('%s: the network is %s, also if computed from the address key', (ip, network) => {
    expect(networkKey(ip)).toBe(network);
    expect(networkKey(addressKey(ip))).toBe(network);
  });
});
