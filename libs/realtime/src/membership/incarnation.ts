/** Names of incarnations: the node and something that no other life of it had. */
import { randomBytes } from 'node:crypto';

export function newIncarnation(nodeId: string): string {
  return `${nodeId}:${randomBytes(6).toString('hex')}`;
}

export function nodeOf(incarnation: string): string {
  return incarnation.slice(0, incarnation.lastIndexOf(':'));
}
