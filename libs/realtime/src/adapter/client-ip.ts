/** The address of a client, behind trusted proxies or without: the one answer that sockets, HTTP, limits and logs use. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { AppConfig } from '@aeturnis/platform';
import ipaddr from 'ipaddr.js';

type TrustedProxies = AppConfig['trustedProxies'];

/** All clients share it that were gone before their address could be read. */
const UNKNOWN = 'unknown';
const MAPPED = '::ffff:';
/** No address with its brackets, zone and port is longer. */
const MAX_LENGTH = 80;
const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;
const WITH_PORT = /^([\d.]+):\d{1,5}$/;
/** Ranges from which no client of the internet can connect: what connects from there may be a proxy of ours. */
const INTERNAL = new Set<string>(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);
const KEYWORDS: Record<string, readonly string[]> = {
  loopback: ['loopback'],
  linklocal: ['linkLocal'],
  uniquelocal: ['private', 'uniqueLocal'],
};

/**
 * The client's address in one spelling: IPv4 with dots, also where it came mapped into IPv6, else IPv6 in short form.
 *
 * Each proxy appends the address it saw to X-Forwarded-For, so only entries from the right prove something. Where the
 * header has no address at the place that `trusted` points to (too few entries, `unknown`, rubbish), the address of the
 * connection counts: then nobody chooses an address, and nobody is without one.
 *
 * @param peer the other end of the connection; undefined where it has closed already.
 * @param trusted how many proxies there are, of which the nearest has an internal address, or the addresses of all.
 */
export function clientIp(headers: IncomingHttpHeaders, peer: string | undefined, trusted: TrustedProxies): string {
  const address = peer === undefined ? UNKNOWN : peerAddress(peer);
  if (trusted === 0 || peer === undefined) return address;
  const header = headers['x-forwarded-for'];
  if (header === undefined || !isTrustedPeer(address, trusted)) return address;
  const text = typeof header === 'string' ? header : header.join(',');
  return typeof trusted === 'number' ? byCount(text, address, trusted) : byAddress(text, address, trusted);
}

/** Whether what connects from this address may say on whose behalf it does. */
export function isTrustedPeer(address: string, trusted: TrustedProxies): boolean {
  if (typeof trusted !== 'number') return isListed(address, trusted);
  return trusted > 0 && isIP(address) !== 0 && INTERNAL.has(ipaddr.parse(address).range());
}

/** What limits count by: an IPv6 host owns all addresses of its /64. */
export function addressKey(ip: string): string {
  if (!ip.includes(':')) return ip;
  const address = canonical(ip);
  if (!address?.includes(':')) return address ?? UNKNOWN;
  const network = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${network.map((part) => part.toString(16)).join(':')}::/64`;
}

/**
 * The network around an address, which one party may own as a whole: the /48 of an IPv6 address, the /24 of an IPv4 one.
 *
 * @param address the address, or what `addressKey` makes of it.
 */
export function networkKey(address: string): string {
  const ip = canonical(address.replace(/\/64$/, ''));
  if (ip === null) return UNKNOWN;
  if (!ip.includes(':')) return `${ip.slice(0, ip.lastIndexOf('.'))}.0/24`;
  const network = ipaddr.IPv6.parse(ip).parts.slice(0, 3);
  return `${network.map((part) => part.toString(16)).join(':')}::/48`;
}

// The operating system writes addresses in short form already.
function peerAddress(peer: string): string {
  if (peer.startsWith(MAPPED) && peer.includes('.')) return peer.slice(MAPPED.length);
  return peer.includes('%') ? peer.slice(0, peer.indexOf('%')) : peer;
}

function byCount(header: string, peer: string, hops: number): string {
  let left = hops;
  for (let end = header.length; end > 0;) {
    const comma = header.lastIndexOf(',', end - 1);
    const entry = header.slice(comma + 1, end).trim();
    end = comma;
    if (entry !== '' && --left === 0) return canonical(entry) ?? peer;
  }
  return peer;
}

// The client is the first one from the right that is no proxy of ours; what cannot be read leaves the one before it.
function byAddress(header: string, peer: string, proxies: readonly string[]): string {
  let address = peer;
  for (let end = header.length; end > 0;) {
    const comma = header.lastIndexOf(',', end - 1);
    const entry = header.slice(comma + 1, end).trim();
    end = comma;
    if (entry === '') continue;
    const read = canonical(entry);
    if (read === null) return address;
    address = read;
    if (!isListed(address, proxies)) return address;
  }
  return address;
}

/** `198.51.100.3:40001`, `[2001:db8::1]:443`, `::FFFF:c633:6403`, `fe80::1%eth0`; null for what is no address. */
function canonical(entry: string): string | null {
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
    const [network, bits] = networkOf(proxy);
    if (parsed.kind() !== network.kind()) return false;
    return (parsed as ipaddr.IPv6).match(network as ipaddr.IPv6, bits);
  });
}

const networks = new Map<string, [ipaddr.IPv4 | ipaddr.IPv6, number]>();

// Each of the few that are configured is parsed once.
function networkOf(proxy: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  let network = networks.get(proxy);
  if (!network) {
    network = proxy.includes('/') ? ipaddr.parseCIDR(proxy) : [ipaddr.parse(proxy), proxy.includes(':') ? 128 : 32];
    networks.set(proxy, network);
  }
  return network;
}
