/** Guests that write as fast as they can, by HTTP and by commands: groups, members, names, messages, edits, reactions. */
import type { Attack } from '../../support/attack';
import { enterAsGuest } from '../../support/socket-openings';
import type { AttackingGuest, AttackContext } from '../../support/attack-context';
import { sendAndAwaitAck, apiRequest, createGroupOfAll, otherGuestIds } from './actions';

const LONG = 'é'.repeat(9_000);
type Work = (stage: AttackContext, guest: AttackingGuest, conversationId: string) => Promise<unknown>;

/** Each guest works in a group of its own with all guests as members, so that every change is sent to all. */
const inGroups = (name: string, work: Work): Attack => ({
  name: `by guests: ${name}`,
  by: 'guests',
  run: async (stage) => {
    const sockets = await Promise.all(stage.guests.map((guest) => enterAsGuest(stage, guest)));
    const groups = new Map<AttackingGuest, string>();
    await stage.repeatForEachGuest(async (guest) => {
      const group = groups.get(guest) || (await createGroupOfAll(stage, guest));
      groups.set(guest, group);
      if (group === '') return stage.pause(1_000);
      for (let n = 0; n < 20 && !stage.isOver; n++) await work(stage, guest, group);
    });
    for (const socket of sockets) socket.destroy();
  },
});

const send = (
  stage: AttackContext,
  guest: AttackingGuest,
  conversationId: string,
  content: string,
): Promise<Record<string, unknown>> => apiRequest(stage, guest, 'POST', '/api/messages', { conversationId, content });

export const writers: readonly Attack[] = [
  inGroups('groups by the hundred, by HTTP', (stage, guest) => createGroupOfAll(stage, guest)),
  inGroups('renames by HTTP', (stage, guest, id) =>
    apiRequest(stage, guest, 'PATCH', `/api/conversations/${id}`, { title: `name ${Math.round(performance.now())}` }),
  ),
  inGroups('mutes by HTTP', (stage, guest, id) =>
    apiRequest(stage, guest, 'PUT', `/api/conversations/${id}/mute`, { muted: true }),
  ),
  inGroups('edits of 9,000 characters by HTTP', async (stage, guest, id) => {
    const { messageId } = await send(stage, guest, id, LONG);
    if (typeof messageId !== 'string') return stage.pause(1_000);
    for (let n = 0; n < 50 && !stage.isOver; n++) {
      await apiRequest(stage, guest, 'PATCH', `/api/messages/${messageId}`, {
        conversationId: id,
        content: `${n}${LONG}`,
      });
    }
  }),
  inGroups('members removed and added again by HTTP', async (stage, guest, id) => {
    const [first = ''] = otherGuestIds(stage, guest);
    await apiRequest(stage, guest, 'DELETE', `/api/conversations/${id}/members/${first}`);
    await apiRequest(stage, guest, 'POST', `/api/conversations/${id}/members`, {
      userIds: otherGuestIds(stage, guest),
    });
  }),
  inGroups('roles changed by HTTP', async (stage, guest, id) => {
    const [first = ''] = otherGuestIds(stage, guest);
    const path = `/api/conversations/${id}/members/${first}`;
    await apiRequest(stage, guest, 'PATCH', path, { role: 'admin' });
    await apiRequest(stage, guest, 'PATCH', path, { role: 'member' });
  }),
  inGroups('reactions of ever new emoji', async (stage, guest, id) => {
    const { messageId } = await send(stage, guest, id, 'react');
    const socket = await enterAsGuest(stage, guest);
    for (let n = 0; n < 60 && !socket.isClosed && !stage.isOver; n++) {
      await sendAndAwaitAck(socket, 'reaction:add', {
        conversationId: id,
        messageId,
        emoji: String.fromCodePoint(0x1f400 + n),
      });
    }
    socket.destroy();
  }),
  inGroups('messages of 250 mentions', async (stage, guest, id) =>
    send(stage, guest, id, Array.from({ length: 250 }, (_, n) => `@guest${n}`).join(' ')),
  ),
  inGroups('adding by commands', async (stage, guest, id) => {
    const socket = await enterAsGuest(stage, guest);
    for (let n = 0; n < 40 && !socket.isClosed && !stage.isOver; n++) {
      await sendAndAwaitAck(socket, 'conversation:add', { conversationId: id, userIds: otherGuestIds(stage, guest) });
      await sendAndAwaitAck(socket, 'conversation:remove', {
        conversationId: id,
        userId: otherGuestIds(stage, guest)[n % 19] ?? '',
      });
    }
    socket.destroy();
  }),
];
