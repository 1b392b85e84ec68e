/** The rooms to which the verbs of the game emit. */
import type { EventPayload } from '@aeturnis/contracts';
import { RealtimeService } from './realtime.service';

const emitted: unknown[][] = [];
const outbox = { emitToRoom: (...args: unknown[]) => emitted.push(args) };
const membership = { count: (room: string) => Promise.resolve({ count: room.length, isLocal: false }) };
const realtime = new RealtimeService(
  outbox as never,
  {} as never,
  membership as never,
  {} as never,
  {} as never,
  {} as never,
);
const PAYLOAD = { timestamp: 1 } as unknown as EventPayload<'system:announcement'>;

describe('RealtimeService of the server', () => {
  it.each([
    ['emitToCharacter', 'character:7'],
    ['emitToZone', 'zone:7'],
    ['emitToCombat', 'combat:7'],
    ['emitToGuild', 'guild:7'],
    ['emitToParty', 'party:7'],
    ['emitToConversation', 'conversation:7'],
  ] as const)('%s: emits to %s', (verb, room) => {
    realtime[verb]('7', 'system:announcement', PAYLOAD);
    expect(emitted.splice(0)).toEqual([[room, 'system:announcement', PAYLOAD, {}]]);
  });

  it('emitToZone: charges the user of the option `chargedTo`', () => {
    realtime.emitToZone('harbor', 'system:announcement', PAYLOAD, { chargedTo: 'anna' });
    expect(emitted.splice(0)).toEqual([['zone:harbor', 'system:announcement', PAYLOAD, { chargedTo: 'anna' }]]);
  });

  it('getZonePopulation: counts the members of the room of the zone', async () => {
    expect(await realtime.getZonePopulation('harbor')).toBe('zone:harbor'.length);
  });
});
