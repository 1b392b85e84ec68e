/** Connects with any token and session: the outcome, and every byte received. */
import { createTestClient, type TestClient } from '../../support/clients/client';
import type { ChaosNode } from './chaos-node';

export interface SessionClaim {
  readonly client: TestClient;
  /** Everything received so far. */
  bytes(): string;
  /** The outcome; `refused` holds the error code. */
  readonly outcome: 'connected' | 'dropped' | { refused: unknown };
  /** Whether the server resumed the session. The client has no session id of its own to compare with. */
  readonly recovered: boolean;
}

export async function claimSession(node: ChaosNode, auth: object): Promise<SessionClaim> {
  const client = createTestClient(node.url, undefined, { auth });
  const bytes = recordBytes(client);
  const outcome = await new Promise<SessionClaim['outcome']>((resolve) => {
    client.socket.once('connect', () => resolve('connected'));
    // The transport was closed before the server answered.
    client.socket.once('disconnect', () => resolve('dropped'));
    client.socket.once('connect_error', (error) => resolve({ refused: refusalCodeOf(error) }));
  });
  if (outcome === 'connected') await client.roundTrip().catch(() => undefined);
  return {
    client,
    bytes,
    outcome,
    recovered: client.eventsNamed('system:connected').at(-1)?.recovered ?? false,
  };
}

/** Records everything that a client receives from its next connection on. @returns a function that returns it. */
export function recordBytes({ socket: { io: manager } }: TestClient): () => string {
  let received = '';
  manager.on('open', () => manager.engine.on('data', (data: unknown) => (received += String(data))));
  return () => received;
}

/** The error code of a `connect_error`. */
export const refusalCodeOf = (error: Error): unknown => (error as { data?: { code?: unknown } }).data?.code;
