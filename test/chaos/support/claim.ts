/** Somebody who presents a token and a session, whosever they are: how that ends, and every byte that comes. */
import { client, type TestClient } from '../../support/client';
import type { ChaosNode } from './node';

export interface Claim {
  readonly client: TestClient;
  /** Everything that has come so far. */
  bytes(): string;
  /** How it ended; the code of a refusal. */
  readonly end: 'connected' | 'dropped' | { refused: unknown };
  /** Whether it has the session, by what the server said: the client has none of its own to compare with. */
  readonly recovered: boolean;
}

export async function claim(node: ChaosNode, auth: object): Promise<Claim> {
  const made = client(node.url, undefined, { auth });
  const bytes = tap(made);
  const end = await new Promise<Claim['end']>((resolve) => {
    made.socket.once('connect', () => resolve('connected'));
    // The transport was closed before there was an answer.
    made.socket.once('disconnect', () => resolve('dropped'));
    made.socket.once('connect_error', (error) => resolve({ refused: codeOf(error) }));
  });
  if (end === 'connected') await made.settled().catch(() => undefined);
  return { client: made, bytes, end, recovered: made.all('system:connected').at(-1)?.recovered ?? false };
}

/** Notes, from its next connection on, everything a client gets. @returns what has come so far. */
export function tap({ socket: { io: manager } }: TestClient): () => string {
  let got = '';
  manager.on('open', () => manager.engine.on('data', (data: unknown) => (got += String(data))));
  return () => got;
}

/** Of a `connect_error`. */
export const codeOf = (error: Error): unknown => (error as { data?: { code?: unknown } }).data?.code;
