/** Every command of the contract has a DTO plan that agrees with class-validator, for any payload. */
import { COMMANDS, type CommandContract, EmptyDto } from '@aeturnis/contracts';
import { fc, propertyRuns } from '../../../../../test/support/properties';
import { isAcceptedByBoth } from '../../../../../test/support/validation/dto-agreement';
import { inProcessPayloads, wirePayloads } from '../../../../../test/support/validation/hostile-payloads';
import { WsValidationPipe } from './ws-validation.pipe';
import { DtoPlan } from './dto-plan';

const UUID = '6f1f3d0e-8c0e-4a57-9b0c-0d8f4f3a2b1c';
const conversation = { conversationId: UUID };
const message = { ...conversation, messageId: UUID };
const messageLists = [{ ...conversation, messageIds: [UUID] }];
const userLists = [{ userIds: [UUID] }, { userIds: [UUID, UUID] }, { characterIds: [UUID] }];
const user = [{ userId: UUID }, { characterId: UUID }];
const fight = { sessionId: UUID };
const seeded = { clientSeed: '4c'.repeat(16) };

/** Valid payloads, which together have all properties of a command. A command without examples does not compile. */
const EXAMPLES: Record<(typeof COMMANDS)[number]['name'], object[]> = {
  'system:ping': [{}],
  'auth:refresh': [{ token: 'ey' }],
  'presence:update': [{ status: 'busy', activity: 'fishing' }, { activity: null }, {}],
  'presence:get': userLists,
  'presence:subscribe': userLists,
  'presence:unsubscribe': userLists,
  'block:add': user,
  'block:remove': user,
  'block:list': [{}],
  'character:select': [{ characterId: UUID }, { characterId: UUID, encoding: 'binary' }],
  'character:move': [
    { seq: 1, x: 0, y: 0.5, facing: -1 },
    { seq: 2, x: 1, y: 1 },
  ],
  'character:action': [{ action: 'jump', targetId: UUID }, { action: 'dance' }],
  'character:status': [{ status: 'resting' }],
  'zone:enter': [{ exitId: 'waystone' }],
  'zone:population': [{ zone: 'harbor' }],
  'chat:message': [
    { channel: 'zone', text: 'hello', clientId: 'mine' },
    { text: 'hi', channel: 'global' },
  ],
  'chat:whisper': [
    { toUserId: UUID, text: 'psst' },
    { toCharacterId: UUID, text: 'psst' },
    { toName: 'anna', text: 'psst', clientId: 'mine' },
  ],
  'chat:emote': [{ emote: 'wave', targetId: UUID }, { emote: 'bow' }],
  'chat:typing': [{ channel: 'zone' }, { toUserId: UUID }, { toCharacterId: UUID }],
  'chat:history': [{ channel: 'global', before: '12', limit: 10 }, { withUserId: UUID }, { withCharacterId: UUID }],
  'conversation:create': [
    { kind: 'group', participantIds: [UUID], title: 'Raid' },
    { kind: 'direct', participantIds: [UUID] },
    { kind: 'direct', participantCharacterIds: [UUID] },
  ],
  'conversation:join': [conversation],
  'conversation:leave': [conversation],
  'conversation:rename': [{ ...conversation, title: 'Raid' }],
  'conversation:add': userLists.map((ids) => ({ ...conversation, ...ids })),
  'conversation:remove': user.map((id) => ({ ...conversation, ...id })),
  'conversation:quit': [conversation],
  'conversation:role': user.map((id) => ({ ...conversation, ...id, role: 'admin' })),
  'conversation:mute': [{ ...conversation, muted: true }],
  'conversation:sync': [{ cursors: { [UUID]: 12 } }, { cursors: {} }],
  'presence:request': [conversation],
  'message:send': [
    { ...conversation, content: 'hello', tempId: 'mine' },
    { ...conversation, content: 'hi' },
  ],
  'message:update': [{ ...message, content: 'better' }],
  'message:delete': [message],
  'message:read': messageLists,
  'message:delivered': messageLists,
  'reaction:add': [{ ...message, emoji: '❤️' }],
  'reaction:remove': [{ ...message, reactionId: UUID }],
  'typing:start': [conversation],
  'typing:stop': [conversation],
  'subscribe:notifications': [{}],
  'unsubscribe:notifications': [{}],
  'notification:list': [{ cursor: '12', limit: 10 }, {}],
  'notification:read': [{ notificationId: UUID }],
  'notification:read_all': [{}],
  'admin:subscribe': [{}],
  'admin:unsubscribe': [{}],
  'combat:start': [
    { monsterId: 'starting_village:yard_rats:1', commitment: '0f'.repeat(32), ...seeded },
    { targetIds: [UUID], spectators: 'off', delayTurns: 3 },
  ],
  'combat:accept': [{ ...fight, ...seeded }, fight],
  'combat:decline': [fight],
  'combat:join': [fight],
  'combat:action': [
    { ...fight, actionId: UUID, turn: 5, type: 'skill', skillId: 'fireball', targetId: UUID },
    { ...fight, actionId: UUID, type: 'item', itemId: 'healing_potion' },
  ],
  'combat:flee': [{ ...fight, actionId: UUID }, fight],
  'combat:spectate': [fight],
  'combat:leave_spectate': [fight],
  'combat:history': [{ ...fight, after: 1_000 }, fight],
};

const cases = COMMANDS.map(({ name, payload }): [string, CommandContract['payload'], object[]] => [
  name,
  payload,
  EXAMPLES[name],
]).filter(([, payload]) => payload !== EmptyDto);

describe.each(cases)('%s', (_, dto, examples) => {
  const plan = DtoPlan.of(dto);

  it('accepts the examples', () => {
    for (const example of examples) expect(isAcceptedByBoth(dto, plan, example, { always: true })).toBe(true);
  });

  it('agrees with class-validator about decoded payloads, and accepts all valid ones itself', () => {
    let accepted = 0;
    fc.assert(
      fc.property(wirePayloads(examples), (payload) => {
        // class-transformer ignores names that every object inherits; no client sends them by accident.
        const always = !hasInheritedName(payload);
        if (isAcceptedByBoth(dto, plan, payload, { always })) accepted++;
      }),
      { numRuns: propertyRuns(400) },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  it('agrees with class-validator about payloads that only code can create', () => {
    fc.assert(
      fc.property(inProcessPayloads(examples), (payload) => void isAcceptedByBoth(dto, plan, payload)),
      { numRuns: propertyRuns(200) },
    );
  });
});

/** At any depth, because records such as `cursors` have keys that the client chooses. */
function hasInheritedName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, item]) => name in {} || hasInheritedName(item));
}

it('a command without fields accepts only an empty payload, which it returns unchanged', () => {
  const [ping] = COMMANDS;
  const parse = new WsValidationPipe().parserFor(ping.payload);
  const empty = {};
  expect(parse(empty)).toBe(empty);
  expect(() => parse({ surprise: true })).toThrow(
    expect.objectContaining({
      code: 'VALIDATION',
      details: [{ field: 'surprise', problems: ['property surprise should not exist'] }],
    }),
  );
});
