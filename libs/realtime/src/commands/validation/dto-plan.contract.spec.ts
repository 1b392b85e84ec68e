/** Every command of the contract has a plan, and it agrees with class-validator about whatever may come. */
import { COMMANDS, type CommandContract, EmptyDto } from '@aeturnis/contracts';
import { fc, runs } from '../../../../../test/support/properties';
import { agree } from '../../../../../test/support/dto-agreement';
import { madePayloads, wirePayloads } from '../../../../../test/support/hostile-payloads';
import { WsValidationPipe } from '../ws-validation.pipe';
import { DtoPlan } from './dto-plan';

const UUID = '6f1f3d0e-8c0e-4a57-9b0c-0d8f4f3a2b1c';
const here = { conversationId: UUID };
const message = { ...here, messageId: UUID };
const messages = [{ ...here, messageIds: [UUID] }];
const users = [{ userIds: [UUID] }, { userIds: [UUID, UUID] }, { characterIds: [UUID] }];
const person = [{ userId: UUID }, { characterId: UUID }];

/** Valid ones; all properties of a command occur in one of them. A command without any does not compile. */
const EXAMPLES: Record<(typeof COMMANDS)[number]['name'], object[]> = {
  'system:ping': [{}],
  'auth:refresh': [{ token: 'ey' }],
  'presence:update': [{ status: 'busy', activity: 'fishing' }, { activity: null }, {}],
  'presence:get': users,
  'presence:subscribe': users,
  'presence:unsubscribe': users,
  'block:add': person,
  'block:remove': person,
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
  'conversation:join': [here],
  'conversation:leave': [here],
  'conversation:rename': [{ ...here, title: 'Raid' }],
  'conversation:add': users.map((named) => ({ ...here, ...named })),
  'conversation:remove': person.map((named) => ({ ...here, ...named })),
  'conversation:quit': [here],
  'conversation:role': person.map((named) => ({ ...here, ...named, role: 'admin' })),
  'conversation:mute': [{ ...here, muted: true }],
  'conversation:sync': [{ cursors: { [UUID]: 12 } }, { cursors: {} }],
  'presence:request': [here],
  'message:send': [
    { ...here, content: 'hello', tempId: 'mine' },
    { ...here, content: 'hi' },
  ],
  'message:update': [{ ...message, content: 'better' }],
  'message:delete': [message],
  'message:read': messages,
  'message:delivered': messages,
  'reaction:add': [{ ...message, emoji: '❤️' }],
  'reaction:remove': [{ ...message, reactionId: UUID }],
  'typing:start': [here],
  'typing:stop': [here],
  'subscribe:notifications': [{}],
  'unsubscribe:notifications': [{}],
  'notification:list': [{ cursor: '12', limit: 10 }, {}],
  'notification:read': [{ notificationId: UUID }],
  'notification:read_all': [{}],
};

const cases = COMMANDS.map(({ name, payload }): [string, CommandContract['payload'], object[]] => [
  name,
  payload,
  EXAMPLES[name],
]).filter(([, payload]) => payload !== EmptyDto);

describe.each(cases)('%s', (_, dto, examples) => {
  const plan = DtoPlan.of(dto);

  it('takes the examples', () => {
    for (const example of examples) expect(agree(dto, plan, example, { always: true })).toBe(true);
  });

  it('agrees about what the wire can bring, and leaves nothing of that to the long way', () => {
    let taken = 0;
    fc.assert(
      fc.property(wirePayloads(examples), (payload) => {
        // A name that every object has is read past by class-transformer; nobody sends it by chance.
        const always = !hasNameOfObjects(payload);
        if (agree(dto, plan, payload, { always })) taken++;
      }),
      { numRuns: runs(400) },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('agrees about what only code can make', () => {
    fc.assert(
      fc.property(madePayloads(examples), (payload) => void agree(dto, plan, payload)),
      { numRuns: runs(200) },
    );
  });
});

/** At any depth: what is kept by keys of the client's own has them there. */
function hasNameOfObjects(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, item]) => name in {} || hasNameOfObjects(item));
}

it('a command without fields takes nothing but an empty payload, as it is', () => {
  const [ping] = COMMANDS;
  const read = new WsValidationPipe().readerOf(ping.payload);
  const empty = {};
  expect(read(empty)).toBe(empty);
  expect(() => read({ surprise: true })).toThrow(
    expect.objectContaining({
      code: 'VALIDATION',
      details: [{ field: 'surprise', problems: ['property surprise should not exist'] }],
    }),
  );
});
