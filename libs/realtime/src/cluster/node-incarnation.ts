/** The names under which a node holds its membership leases: the node id, and the incarnation. */
import type { NodeIdentity } from '@aeturnis/platform';

/**
 * Names the node's lease number `serial`, from 1. The first has the incarnation of the identity. Each later one has a new
 * incarnation, derived from that: other nodes may still be sweeping the memberships of the lost lease by its name.
 */
export function leaseIncarnation({ node, shortIncarnation }: NodeIdentity, serial: number): string {
  return serial === 1 ? `${node}:${shortIncarnation}` : `${node}:${shortIncarnation}.${serial}`;
}

export function nodeIdOf(incarnation: string): string {
  return incarnation.slice(0, incarnation.lastIndexOf(':'));
}
