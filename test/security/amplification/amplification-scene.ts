/** The scene of the amplification test: a caller, and a hundred users in the caller's group, sight and chat channels. */
import type { RunningServer } from '../../../apps/server/src/server';
import { closeClients, type Guest, playAsGuest, type TestClient } from '../../support/clients/client';
import { type PlacedPlayer, placePlayer, placementServerOf } from '../../support/zones/placed-players';
import { startIsolatedServer } from '../../support/servers/server';

/** The number of receivers that the figures of the table refer to. */
export const RECEIVERS = 100;
const AT_ONCE = 10;
/** All players stand beside an exit, which `zone:enter` needs, and in sight of each other. */
const ZONE = { zone: 'starting_village' };

export interface AmplificationScene {
  readonly server: RunningServer;
  readonly caller: PlacedPlayer & { id: string };
  readonly others: readonly (PlacedPlayer & { id: string })[];
  /** Accounts without a connection. */
  readonly strangers: readonly Guest[];
  readonly conversationId: string;
  readonly messageId: string;
  readonly reactionId: string;
}

export async function openAmplificationScene(exit: {
  x: number;
  y: number;
}): Promise<{ scene: AmplificationScene; close(): Promise<void> }> {
  const server = await startIsolatedServer({ LIMITS: 'off' });
  const world = placementServerOf(server);
  const player = async () => {
    const placed = await placePlayer(world, { ...ZONE, ...exit });
    return { ...placed, id: subjectOf(placed.accessToken) };
  };
  const caller = await player();
  const others = await inBatches(RECEIVERS, player);
  const strangers = await inBatches(RECEIVERS, () => playAsGuest(server.url));
  const created = await sendOrThrow(caller.client, 'conversation:create', {
    kind: 'group',
    participantIds: others.map(({ id }) => id),
  });
  const conversationId = String(created['id']);
  const { messageId } = await sendOrThrow(caller.client, 'message:send', { conversationId, content: 'hello' });
  const { reactionId } = await sendOrThrow(caller.client, 'reaction:add', { conversationId, messageId, emoji: '👍' });
  const ids = { userIds: [caller.id] };
  for (const { client } of others) {
    await sendOrThrow(client, 'presence:subscribe', ids);
    await sendOrThrow(client, 'subscribe:notifications', {});
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
    },
  };
}

/** Sends a command that must succeed. @returns its result. */
export async function sendOrThrow(client: TestClient, name: string, payload: object): Promise<Record<string, unknown>> {
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
