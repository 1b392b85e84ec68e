/** Determines the IP address of a client, with or without trusted proxies; sockets, HTTP, limits and logs all use it. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { AppConfig } from '@aeturnis/platform';
import ipaddr from 'ipaddr.js';

type TrustedProxies = AppConfig['trustedProxies'];

/** Stands for clients that disconnected before their address could be read; they all share it. */
const UNKNOWN_ADDRESS = 'unknown';
const IPV4_MAPPED_PREFIX = '::ffff:';
/** The longest address with brackets, zone and port is shorter than this. */
const MAX_LENGTH = 80;
const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;
const WITH_PORT = /^([\d.]+):\d{1,5}$/;
/** Ranges that are not reachable from the internet: a peer in one of them may be one of our proxies. */
const INTERNAL_RANGES = new Set<string>(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);
const KEYWORDS: Record<string, readonly string[]> = {
  loopback: ['loopback'],
  linklocal: ['linkLocal'],
  uniquelocal: ['private', 'uniqueLocal'],
};

/**
 * The client's address in canonical form: dotted IPv4, also for IPv4-mapped IPv6 addresses, else compressed IPv6.
 *
 * Each proxy appends the address it saw to X-Forwarded-For, so only the rightmost entries are trustworthy. If the header has
 * no valid address at the position that `trusted` determines (too few entries, `unknown`, garbage), the address of the
 * connection is used: a client can neither choose its address nor avoid having one.
 *
 * @param peer the remote address of the connection; undefined if it has closed already.
 * @param trusted the number of proxies, the nearest one having an internal address; or the addresses of all proxies.
 */
export function clientIp(headers: IncomingHttpHeaders, peer: string | undefined, trusted: TrustedProxies): string {
  const address = peer === undefined ? UNKNOWN_ADDRESS : peerAddress(peer);
  if (trusted === 0 || peer === undefined) return address;
  const header = headers['x-forwarded-for'];
  if (header === undefined || !isTrustedPeer(address, trusted)) return address;
  const text = typeof header === 'string' ? header : header.join(',');
  return typeof trusted === 'number'
    ? clientByHopCount(text, address, trusted)
    : clientByTrustedAddresses(text, address, trusted);
}

/** Whether a peer with this address is a trusted proxy, whose X-Forwarded-For header counts. */
export function isTrustedPeer(address: string, trusted: TrustedProxies): boolean {
  if (typeof trusted !== 'number') return isListed(address, trusted);
  return trusted > 0 && isIP(address) !== 0 && INTERNAL_RANGES.has(ipaddr.parse(address).range());
}

/** The key that limits count by: the address, or its /64 network for IPv6, since a host owns a whole /64. */
export function addressKey(ip: string): string {
  if (!ip.includes(':')) return ip;
  const address = canonicalAddress(ip);
  if (!address?.includes(':')) return address ?? UNKNOWN_ADDRESS;
  const network = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${network.map((part) => part.toString(16)).join(':')}::/64`;
}

/**
 * The network of an address that one party may own as a whole: the /48 of an IPv6 address, the /24 of an IPv4 address.
 *
 * @param address the address, or its `addressKey`.
 */
export function networkKey(address: string): string {
  const ip = canonicalAddress(address.replace(/\/64$/, ''));
  if (ip === null) return UNKNOWN_ADDRESS;
  if (!ip.includes(':')) return `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
  const network = ipaddr.IPv6.parse(ip).parts.slice(0, 3);
  return `${network.map((part) => part.toString(16)).join(':')}::/48`;
}

// The operating system returns addresses in compressed form already.
function peerAddress(peer: string): string {
  if (peer.startsWith(IPV4_MAPPED_PREFIX) && peer.includes('.')) return peer.slice(IPV4_MAPPED_PREFIX.length);
  return peer.includes('%') ? peer.slice(0, peer.indexOf('%')) : peer;
}

function clientByHopCount(header: string, peer: string, hops: number): string {
  let hopsLeft = hops;
  for (let end = header.length; end > 0;) {
    const comma = header.lastIndexOf(',', end - 1);
    const entry = header.slice(comma + 1, end).trim();
    end = comma;
    if (entry !== '' && --hopsLeft === 0) return canonicalAddress(entry) ?? peer;
  }
  return peer;
}

// The client is the first entry from the right that is no trusted proxy. An invalid entry ends the search at the entry before.
function clientByTrustedAddresses(header: string, peer: string, proxies: readonly string[]): string {
  let address = peer;
  for (let end = header.length; end > 0;) {
    const comma = header.lastIndexOf(',', end - 1);
    const entry = header.slice(comma + 1, end).trim();
    end = comma;
    if (entry === '') continue;
    const parsed = canonicalAddress(entry);
    if (parsed === null) return address;
    address = parsed;
    if (!isListed(address, proxies)) return address;
  }
  return address;
}

/** Parses `198.51.100.3:40001`, `[2001:db8::1]:443`, `::FFFF:c633:6403` or `fe80::1%eth0`; null if it is no address. */
function canonicalAddress(entry: string): string | null {
  if (entry.length > MAX_LENGTH) return null;
  const text = entry.replace(/^"(.*)"$/, '$1');
  const bare = (BRACKETED.exec(text) ?? WITH_PORT.exec(text))?.[1] ?? text;
  const version = isIP(bare);
  if (version !== 6) return version === 4 ? bare : null;
  const address = ipaddr.IPv6.parse(bare.includes('%') ? bare.slice(0, bare.indexOf('%')) : bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString();
}

function isListed(address: string, proxies: readonly string[]): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return proxies.some((proxy) => {
    const ranges = KEYWORDS[proxy];
    if (ranges) return ranges.includes(parsed.range());
    const [network, bits] = parsedNetwork(proxy);
    if (parsed.kind() !== network.kind()) return false;
    return (parsed as ipaddr.IPv6).match(network as ipaddr.IPv6, bits);
  });
}

const parsedNetworks = new Map<string, [ipaddr.IPv4 | ipaddr.IPv6, number]>();

// The few configured networks are parsed once each.
function parsedNetwork(proxy: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  let network = parsedNetworks.get(proxy);
  if (!network) {
    network = proxy.includes('/') ? ipaddr.parseCIDR(proxy) : [ipaddr.parse(proxy), proxy.includes(':') ? 128 : 32];
    parsedNetworks.set(proxy, network);
  }
  return network;
}
