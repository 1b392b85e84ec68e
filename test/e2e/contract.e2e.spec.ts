/** For each command of the contract: one handler, and an ack for valid, invalid and rate-limited payloads. */
import { randomUUID } from 'node:crypto';
import { type CombatView, COMMANDS, type CommandContract, type EventName } from '@aeturnis/contracts';
import { CommandTable } from '@aeturnis/realtime';
import { AccountsService } from '../../apps/server/src/accounts';
import { NotificationService } from '../../apps/server/src/notifications';
import {
  closeClients,
  connect,
  createCharacter,
  type Guest,
  type Player,
  playAsGuest,
  registerPlayer,
  type TestClient,
} from '../support/clients/client';
import { act, AMONG_RATS, hunt, placeFighter, succeed } from '../support/domains/combat-players';
import { usePrivateServer } from '../support/servers/private-server';
import { placementServerOf } from '../support/zones/placed-players';

interface Scene {
  player: Player;
  other: Guest;
  characterId: string;
  client: TestClient;
  /** A group of both users, with a message of the player and a reaction to it. */
  conversationId: string;
  messageId: string;
  reactionId: string;
  notificationId: string;
}
type CommandName = (typeof COMMANDS)[number]['name'];

/** A payload of each command that succeeds in the scene. A missing command is a compile error. */
const EXAMPLES: Record<CommandName, (scene: Scene) => object | Promise<object>> = {
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
  'conversation:join': conversationPayload,
  'conversation:leave': conversationPayload,
  'conversation:rename': (scene) => ({ ...conversationPayload(scene), title: 'Raid' }),
  'conversation:add': (scene) => ({ ...conversationPayload(scene), userIds: [scene.other.id] }),
  'conversation:remove': (scene) => ({ ...conversationPayload(scene), userId: scene.other.id }),
  'conversation:quit': conversationPayload,
  'conversation:role': (scene) => ({ ...conversationPayload(scene), userId: scene.other.id, role: 'admin' }),
  'conversation:mute': (scene) => ({ ...conversationPayload(scene), muted: true }),
  'conversation:sync': ({ conversationId }) => ({ cursors: { [conversationId]: 0 } }),
  'presence:request': conversationPayload,
  'message:send': (scene) => ({ ...conversationPayload(scene), content: 'hello', tempId: 'mine' }),
  'message:update': (scene) => ({ ...messagePayload(scene), content: 'better' }),
  'message:delete': messagePayload,
  'message:read': (scene) => ({ ...conversationPayload(scene), messageIds: [scene.messageId] }),
  'message:delivered': (scene) => ({ ...conversationPayload(scene), messageIds: [scene.messageId] }),
  'reaction:add': (scene) => ({ ...messagePayload(scene), emoji: '❤️' }),
  'reaction:remove': (scene) => ({ ...messagePayload(scene), reactionId: scene.reactionId }),
  'typing:start': conversationPayload,
  'typing:stop': conversationPayload,
  'subscribe:notifications': () => ({}),
  'unsubscribe:notifications': () => ({}),
  'notification:list': () => ({ limit: 10 }),
  'notification:read': ({ notificationId }) => ({ notificationId }),
  'notification:read_all': () => ({}),
  'admin:subscribe': adminPayload,
  'admin:unsubscribe': adminPayload,
  'combat:start': async () => ({ targetIds: [(await newFighter()).characterId] }),
  'combat:accept': challengePayload,
  'combat:decline': challengePayload,
  'combat:join': async () => ({ sessionId: (await hunt(await newFighter())).sessionId }),
  'combat:action': async (scene) => ({ ...(await duelPayload(scene)), actionId: randomUUID(), type: 'attack' }),
  'combat:flee': duelPayload,
  'combat:spectate': async () => ({ sessionId: (await hunt(await newFighter())).sessionId }),
  'combat:leave_spectate': duelPayload,
  'combat:history': duelPayload,
};

/** The player has become an administrator. */
async function adminPayload({ player }: Scene): Promise<object> {
  await server.app.get(AccountsService, { strict: false }).setRoles(player.id, ['player', 'admin']);
  return {};
}

function conversationPayload({ conversationId }: Scene): object {
  return { conversationId };
}

function messagePayload({ conversationId, messageId }: Scene): object {
  return { conversationId, messageId };
}

/** An open challenge to the player. */
async function challengePayload({ characterId }: Scene): Promise<object> {
  const { client } = await newFighter();
  const { sessionId } = await succeed(client, 'combat:start', { targetIds: [characterId] });
  return { sessionId };
}

/** A duel in which the player has the turn. */
async function duelPayload({ client, characterId }: Scene): Promise<object> {
  const opponent = await newFighter();
  const challenge = await succeed(client, 'combat:start', { targetIds: [opponent.characterId] });
  const sessionId = String(challenge['sessionId']);
  const begun = (await succeed(opponent.client, 'combat:accept', { sessionId })) as unknown as CombatView;
  if (begun.request?.participantId !== characterId) await act(opponent, sessionId, { type: 'defend' });
  return { sessionId };
}

const server = usePrivateServer();
const newFighter = () => placeFighter(placementServerOf(server));
afterEach(closeClients);

/** Commands that need the player on hostile ground; the others have the character at the spawn point. */
const ON_HOSTILE_GROUND = new Set<CommandName>(['combat:join']);

async function scene(name: CommandName): Promise<Scene> {
  const [player, other] = await Promise.all([registerPlayer(server.url), playAsGuest(server.url)]);
  const { id: characterId } = await createCharacter(server.url, player);
  if (ON_HOSTILE_GROUND.has(name)) await placementServerOf(server).place(characterId, AMONG_RATS);
  const client = await connect(server.url, player.accessToken);
  await client.send('character:select', { characterId });
  const conversation = await client.send('conversation:create', { kind: 'group', participantIds: [other.id] });
  const conversationId = String(conversation['id']);
  const { messageId } = await client.send('message:send', { conversationId, content: 'first' });
  const reaction = { conversationId, messageId, emoji: '👍' };
  const { reactionId } = await client.send('reaction:add', reaction);
  await client.send('subscribe:notifications');
  await server.app.get(NotificationService).send(player.id, { kind: 'quest', title: 'A quest awaits you' });
  const { id: notificationId } = await client.waitForEvent('notification:new');
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

/** A guest, because hashing a password takes a fifth of a second. */
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

const CASES = COMMANDS.map((command): [CommandName, CommandContract] => [command.name, command]);

describe.each(CASES)('%s', (name, contract) => {
  it('acks a valid payload', async () => {
    const prepared = await scene(name);
    expect(await prepared.client.send(name, await EXAMPLES[name](prepared))).toMatchObject({ success: true });
  });

  it('acks an invalid payload with an error, and changes nothing', async () => {
    const client = await guest();
    client.clearReceived();
    const answer = await client.send(name, { surprise: true });
    expect(answer).toMatchObject({ success: false, error: { code: 'VALIDATION', retryable: false } });
    expect(answer.error?.details).toEqual(
      expect.arrayContaining([expect.objectContaining({ field: expect.any(String), problems: expect.any(Array) })]),
    );
    await client.roundTrip();
    expect(client.received.filter(({ event }) => event !== ('system:sync' satisfies EventName))).toEqual([]);
  });

  it('acks a payload beyond its rate limit', async () => {
    const client = await guest();
    const { burst, excess } = contract.policy;
    // Invalid payloads count towards the limit as well, so that guessing is not free.
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
