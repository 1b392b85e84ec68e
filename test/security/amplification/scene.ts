/** One caller and a hundred others who receive whatever the caller can make others receive: in a group, in sight, in chat. */
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, type Guest, playAsGuest, type TestClient } from '../../support/client';
import { createMigratedDatabase, type TestDatabase } from '../../support/postgres';
import { type PlacedPlayer, playAt, worldOf } from '../../support/placed-players';
import { startTestServer } from '../../support/server';

/** The unit of the table: so many others receive. */
export const RECEIVERS = 100;
const AT_ONCE = 10;
/** Beside an exit, so that it can be gone through, and in sight of one another. */
const PLACE = { zone: 'starting_village' };

export interface Scene {
  readonly server: RunningServer;
  readonly caller: PlacedPlayer & { id: string };
  readonly others: readonly (PlacedPlayer & { id: string })[];
  /** Nobody is connected to them. */
  readonly strangers: readonly Guest[];
  readonly conversationId: string;
  readonly messageId: string;
  readonly reactionId: string;
}

export async function openScene(exit: { x: number; y: number }): Promise<{ scene: Scene; close(): Promise<void> }> {
  const database: TestDatabase = await createMigratedDatabase();
  const server = await startTestServer({ DATABASE_URL: database.url, LIMITS: 'off' });
  const world = worldOf(server);
  const player = async () => {
    const placed = await playAt(world, { ...PLACE, ...exit });
    return { ...placed, id: subjectOf(placed.accessToken) };
  };
  const caller = await player();
  const others = await inBatches(RECEIVERS, player);
  const strangers = await inBatches(RECEIVERS, () => playAsGuest(server.url));
  const created = await ask(caller.client, 'conversation:create', {
    kind: 'group',
    participantIds: others.map(({ id }) => id),
  });
  const conversationId = String(created['id']);
  const { messageId } = await ask(caller.client, 'message:send', { conversationId, content: 'hello' });
  const { reactionId } = await ask(caller.client, 'reaction:add', { conversationId, messageId, emoji: '👍' });
  const ids = { userIds: [caller.id] };
  for (const { client } of others) {
    await ask(client, 'presence:subscribe', ids);
    await ask(client, 'subscribe:notifications', {});
  }
  const scene = {
    server,
    caller,
    others,
    strangers,
    conversationId,
    messageId: String(messageId),
    reactionId: String(reactionId),
  };
  return {
    scene,
    close: async () => {
      closeClients();
      await server.close();
      await database.drop();
    },
  };
}

/** The result of a command that must be done. */
export async function ask(client: TestClient, name: string, payload: object): Promise<Record<string, unknown>> {
  const answer = await client.send(name, payload);
  if (!answer.success) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
  return answer;
}

async function inBatches<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const size = Math.min(AT_ONCE, count - made.length);
    made.push(...(await Promise.all(Array.from({ length: size }, make))));
  }
  return made;
}

/** The user a token belongs to. */
function subjectOf(token: string): string {
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub;
}
