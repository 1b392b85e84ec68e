/** Guests that reconnect without end, select characters in a loop, claim foreign sessions and flood commands. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Attack, guestAttack } from '../../support/attack';
import { commandFrame, enterAsGuest, openWebSocket } from '../../support/socket-openings';
import { repeated, textFrame } from '../../support/websocket-frames';
import type { AttackingGuest, AttackContext } from '../../support/attack-context';
import { sendAndAwaitAck, apiRequest, createGroupOfAll } from './actions';

const letters = (n: number): string => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

async function reconnect(stage: AttackContext, guest: AttackingGuest): Promise<void> {
  await createGroupOfAll(stage, guest);
  for (let n = 0; n < 30 && !stage.isOver; n++) {
    const sockets = await Promise.all([1, 2, 3, 4, 5].map(() => enterAsGuest(stage, guest)));
    for (const socket of sockets) socket.destroy();
    await delay(10);
  }
}

export const reconnectingGuests = guestAttack(
  'by guests: five sockets each that reconnect without end',
  (stage, guest) => reconnect(stage, guest),
);

export const selectingGuests: Attack = {
  name: 'by guests: characters selected in a loop',
  by: 'guests',
  run: async (stage) => {
    const made = new Map<AttackingGuest, unknown>();
    await stage.repeatForEachGuest(async (guest, random) => {
      const name = `Loop${letters(random.below(1_000_000_000))}`;
      const characterId =
        made.get(guest) ?? (await apiRequest(stage, guest, 'POST', '/api/characters', { name, class: 'mage' }))['id'];
      made.set(guest, characterId);
      const socket = await enterAsGuest(stage, guest);
      for (let n = 0; n < 200 && !socket.isClosed && !stage.isOver; n++) {
        await sendAndAwaitAck(socket, 'character:select', { characterId });
      }
      socket.destroy();
    });
  },
};

export const claimingGuests = guestAttack(
  'by guests: sessions claimed by pids that are not theirs',
  async (stage, { token, address }, random) => {
    const socket = await openWebSocket(stage, address);
    const pid = random.bytes(15).toString('base64url');
    await socket.write(textFrame(`40${JSON.stringify({ token, pid, offset: `${random.below(1_000)}-0` })}`));
    await socket.until(() => socket.received.includes('system:sync') || socket.received.includes('44{'), 2_000);
    socket.destroy();
  },
);

export const commandFlood = guestAttack('by guests: commands far beyond every limit', async (stage, guest) => {
  const socket = await enterAsGuest(stage, guest);
  await stage.flood(
    socket,
    repeated(commandFrame('chat:history', { channel: 'global', limit: 100 }, 7), 200),
    200,
    2_000,
  );
});
