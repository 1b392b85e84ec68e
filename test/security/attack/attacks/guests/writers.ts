/** Guests that write as fast as they can, by HTTP and by commands: groups, members, names, messages, edits, reactions. */
import type { Attack } from '../../support/attack';
import { enterAsGuest } from '../../support/openings';
import type { Guest, Stage } from '../../support/stage';
import { acked, api, groupOfAll, othersThan } from './actions';

const LONG = 'é'.repeat(9_000);
type Work = (stage: Stage, guest: Guest, conversationId: string) => Promise<unknown>;

/** Each guest in a group of its own, to which everybody belongs: what one does is pushed to all. */
const inGroups = (name: string, work: Work): Attack => ({
  name: `by guests: ${name}`,
  by: 'guests',
  run: async (stage) => {
    const lines = await Promise.all(stage.guests.map((guest) => enterAsGuest(stage, guest)));
    const groups = new Map<Guest, string>();
    await stage.crowdOfGuests(async (guest) => {
      const group = groups.get(guest) || (await groupOfAll(stage, guest));
      groups.set(guest, group);
      if (group === '') return stage.pause(1_000);
      for (let n = 0; n < 20 && !stage.isOver; n++) await work(stage, guest, group);
    });
    for (const line of lines) line.abandon();
  },
});

const send = (stage: Stage, guest: Guest, conversationId: string, content: string): Promise<Record<string, unknown>> =>
  api(stage, guest, 'POST', '/api/messages', { conversationId, content });

export const writers: readonly Attack[] = [
  inGroups('groups by the hundred, by HTTP', (stage, guest) => groupOfAll(stage, guest)),
  inGroups('renames by HTTP', (stage, guest, id) =>
    api(stage, guest, 'PATCH', `/api/conversations/${id}`, { title: `name ${Math.round(performance.now())}` }),
  ),
  inGroups('mutes by HTTP', (stage, guest, id) =>
    api(stage, guest, 'PUT', `/api/conversations/${id}/mute`, { muted: true }),
  ),
  inGroups('edits of 9,000 characters by HTTP', async (stage, guest, id) => {
    const { messageId } = await send(stage, guest, id, LONG);
    if (typeof messageId !== 'string') return stage.pause(1_000);
    for (let n = 0; n < 50 && !stage.isOver; n++) {
      await api(stage, guest, 'PATCH', `/api/messages/${messageId}`, { conversationId: id, content: `${n}${LONG}` });
    }
  }),
  inGroups('members removed and added again by HTTP', async (stage, guest, id) => {
    const [first = ''] = othersThan(stage, guest);
    await api(stage, guest, 'DELETE', `/api/conversations/${id}/members/${first}`);
    await api(stage, guest, 'POST', `/api/conversations/${id}/members`, { userIds: othersThan(stage, guest) });
  }),
  inGroups('roles changed by HTTP', async (stage, guest, id) => {
    const [first = ''] = othersThan(stage, guest);
    const path = `/api/conversations/${id}/members/${first}`;
    await api(stage, guest, 'PATCH', path, { role: 'admin' });
    await api(stage, guest, 'PATCH', path, { role: 'member' });
  }),
  inGroups('reactions of ever new emoji', async (stage, guest, id) => {
    const { messageId } = await send(stage, guest, id, 'react');
    const line = await enterAsGuest(stage, guest);
    for (let n = 0; n < 60 && !line.isClosed && !stage.isOver; n++) {
      await acked(line, 'reaction:add', { conversationId: id, messageId, emoji: String.fromCodePoint(0x1f400 + n) });
    }
    line.abandon();
  }),
  inGroups('messages of 250 mentions', async (stage, guest, id) =>
    send(stage, guest, id, Array.from({ length: 250 }, (_, n) => `@guest${n}`).join(' ')),
  ),
  inGroups('adding by commands', async (stage, guest, id) => {
    const line = await enterAsGuest(stage, guest);
    for (let n = 0; n < 40 && !line.isClosed && !stage.isOver; n++) {
      await acked(line, 'conversation:add', { conversationId: id, userIds: othersThan(stage, guest) });
      await acked(line, 'conversation:remove', { conversationId: id, userId: othersThan(stage, guest)[n % 19] ?? '' });
    }
    line.abandon();
  }),
];
