/** The address of a client behind a known number of proxies. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Each trusted proxy appends the address it saw to X-Forwarded-For, so the client stands `hops` entries from the right.
 * What stands further left was written by the client and proves nothing.
 */
export function clientIp(headers: IncomingHttpHeaders, peer: string, hops: number): string {
  const chain = [headers['x-forwarded-for']]
    .flat()
    .join(',')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const ip = hops === 0 || chain.length === 0 ? peer : (chain[Math.max(0, chain.length - hops)] ?? peer);
  return ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip;
}
