/** The address of a client behind a known number of proxies. */
import type { IncomingHttpHeaders } from 'node:http';

const GONE = 'gone';

/**
 * Each trusted proxy appends the address it saw to X-Forwarded-For, so the client stands `hops` entries from the right.
 * What stands further left was written by the client and proves nothing. A peer that is gone has no address any more: it
 * may be undefined, and then all who are gone share one.
 */
export function clientIp(headers: IncomingHttpHeaders, peer: string | undefined, hops: number): string {
  const chain = hops === 0 ? [] : chainOf(headers);
  // A chain shorter than told did not come through all proxies: nothing in it can be believed.
  const ip = chain[chain.length - hops] ?? peer;
  if (ip === undefined) return GONE;
  return ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip;
}

function chainOf(headers: IncomingHttpHeaders): string[] {
  const entries = [headers['x-forwarded-for']].flat().join(',').split(',');
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

/** What limits count by: an IPv6 host owns all addresses of its /64. */
export function addressKey(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array<string>(missing).fill('0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
