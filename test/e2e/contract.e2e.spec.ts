/** Derived from the contract: every command has one handler and is answered when it is done, invalid and refused. */
import { COMMANDS, type CommandContract, type EventName } from '@aeturnis/contracts';
import { CommandTable } from '@aeturnis/realtime';
import { NotificationService } from '../../apps/server/src/notifications';
import type { RunningServer } from '../../apps/server/src/server';
import {
  closeClients,
  connect,
  createCharacter,
  type Guest,
  type Player,
  playAsGuest,
  registerPlayer,
  type TestClient,
} from '../support/client';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres';
import { startTestServer } from '../support/server';

interface Scene {
  player: Player;
  other: Guest;
  characterId: string;
  client: TestClient;
  /** A group of both, with a message of the player and a reaction to it. */
  conversationId: string;
  messageId: string;
  reactionId: string;
  notificationId: string;
}
type CommandName = (typeof COMMANDS)[number]['name'];

/** A payload of each command that succeeds in the scene below. A command without one does not compile. */
const EXAMPLES: Record<CommandName, (scene: Scene) => object> = {
  'system:ping': () => ({}),
  'auth:refresh': ({ player }) => ({ token: player.accessToken }),
  'presence:update': () => ({ status: 'busy', activity: 'fishing' }),
  'presence:get': ({ other }) => ({ userIds: [other.id] }),
  'presence:subscribe': ({ other }) => ({ userIds: [other.id] }),
  'presence:unsubscribe': ({ other }) => ({ userIds: [other.id] }),
  'block:add': ({ other }) => ({ userId: other.id }),
  'block:remove': ({ other }) => ({ userId: other.id }),
  'block:list': () => ({}),
  'character:select': ({ characterId }) => ({ characterId }),
  'character:move': () => ({ seq: 1, x: 0, y: 0 }),
  'character:action': ({ characterId }) => ({ action: 'jump', targetId: characterId }),
  'character:status': () => ({ status: 'resting' }),
  'zone:enter': () => ({ exitId: 'waystone' }),
  'zone:population': () => ({ zone: 'harbor' }),
  'chat:message': () => ({ channel: 'zone', text: 'hello', clientId: 'mine' }),
  'chat:whisper': ({ other }) => ({ toUserId: other.id, text: 'psst' }),
  'chat:emote': () => ({ emote: 'wave' }),
  'chat:typing': () => ({ channel: 'zone' }),
  'chat:history': () => ({ channel: 'global', limit: 10 }),
  'conversation:create': ({ other }) => ({ kind: 'direct', participantIds: [other.id] }),
  'conversation:join': here,
  'conversation:leave': here,
  'conversation:rename': (scene) => ({ ...here(scene), title: 'Raid' }),
  'conversation:add': (scene) => ({ ...here(scene), userIds: [scene.other.id] }),
  'conversation:remove': (scene) => ({ ...here(scene), userId: scene.other.id }),
  'conversation:quit': here,
  'conversation:role': (scene) => ({ ...here(scene), userId: scene.other.id, role: 'admin' }),
  'conversation:mute': (scene) => ({ ...here(scene), muted: true }),
  'conversation:sync': ({ conversationId }) => ({ cursors: { [conversationId]: 0 } }),
  'presence:request': here,
  'message:send': (scene) => ({ ...here(scene), content: 'hello', tempId: 'mine' }),
  'message:update': (scene) => ({ ...message(scene), content: 'better' }),
  'message:delete': message,
  'message:read': (scene) => ({ ...here(scene), messageIds: [scene.messageId] }),
  'message:delivered': (scene) => ({ ...here(scene), messageIds: [scene.messageId] }),
  'reaction:add': (scene) => ({ ...message(scene), emoji: '❤️' }),
  'reaction:remove': (scene) => ({ ...message(scene), reactionId: scene.reactionId }),
  'typing:start': here,
  'typing:stop': here,
  'subscribe:notifications': () => ({}),
  'unsubscribe:notifications': () => ({}),
  'notification:list': () => ({ limit: 10 }),
  'notification:read': ({ notificationId }) => ({ notificationId }),
  'notification:read_all': () => ({}),
};

function here({ conversationId }: Scene): object {
  return { conversationId };
}

function message({ conversationId, messageId }: Scene): object {
  return { conversationId, messageId };
}

let database: TestDatabase;
let server: RunningServer;
beforeAll(async () => {
  database = await createMigratedDatabase();
  server = await startTestServer({ DATABASE_URL: database.url });
});
afterEach(closeClients);
afterAll(async () => {
  await server.close();
  await database.drop();
});

async function scene(): Promise<Scene> {
  const [player, other] = await Promise.all([registerPlayer(server.url), playAsGuest(server.url)]);
  const { id: characterId } = await createCharacter(server.url, player);
  const client = await connect(server.url, player.accessToken);
  await client.send('character:select', { characterId });
  const made = await client.send('conversation:create', { kind: 'group', participantIds: [other.id] });
  const conversationId = String(made['id']);
  const { messageId } = await client.send('message:send', { conversationId, content: 'first' });
  const reaction = { conversationId, messageId, emoji: '👍' };
  const { reactionId } = await client.send('reaction:add', reaction);
  await client.send('subscribe:notifications');
  await server.app.get(NotificationService).send(player.id, { kind: 'quest', title: 'A quest awaits you' });
  const { id: notificationId } = await client.event('notification:new');
  return {
    player,
    other,
    characterId,
    client,
    conversationId,
    messageId: String(messageId),
    reactionId: String(reactionId),
    notificationId,
  };
}

/** Without a password, which takes a server a fifth of a second. */
async function guest(): Promise<TestClient> {
  return connect(server.url, (await playAsGuest(server.url)).accessToken);
}

it('handles each command of the contract, and no other', () => {
  const handled = server.app
    .get(CommandTable)
    .all()
    .map(({ contract }) => contract.name);
  expect(handled.toSorted()).toEqual(COMMANDS.map(({ name }) => name).toSorted());
});

describe.each(COMMANDS.map((each) => [each.name, each] as [CommandName, CommandContract]))('%s', (name, contract) => {
  it('is acked when it is done', async () => {
    const made = await scene();
    expect(await made.client.send(name, EXAMPLES[name](made))).toMatchObject({ success: true });
  });

  it('is acked when it is invalid, and changes nothing', async () => {
    const client = await guest();
    client.forget();
    const answer = await client.send(name, { surprise: true });
    expect(answer).toMatchObject({ success: false, error: { code: 'VALIDATION', retryable: false } });
    expect(answer.error?.details).toEqual(
      expect.arrayContaining([expect.objectContaining({ field: expect.any(String), problems: expect.any(Array) })]),
    );
    await client.settled();
    expect(client.received.filter(({ event }) => event !== ('system:sync' satisfies EventName))).toEqual([]);
  });

  it('is acked when it is refused by its policy', async () => {
    const client = await guest();
    const { burst, excess } = contract.policy;
    // Invalid ones count too: guessing must not be free.
    const answers = await Promise.all(Array.from({ length: burst + 3 }, () => client.send(name, { surprise: true })));
    const last = answers.at(-1);
    if (excess === 'drop') expect(last).toEqual({ success: true, dropped: true });
    else
      expect(last).toMatchObject({
        success: false,
        error: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
      });
  });
});
