/** Guests that come and go: reconnecting members of many groups, selected characters by the loop, and claims of foreign sessions. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';
import { command, enterAsGuest, openWebSocket } from '../../support/openings';
import { repeated, text } from '../../support/websocket-frames';
import type { Guest, Stage } from '../../support/stage';
import { acked, api, groupOfAll } from './actions';

const letters = (n: number): string => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

async function reconnect(stage: Stage, guest: Guest): Promise<void> {
  await groupOfAll(stage, guest);
  for (let n = 0; n < 30 && !stage.isOver; n++) {
    const lines = await Promise.all([1, 2, 3, 4, 5].map(() => enterAsGuest(stage, guest)));
    for (const line of lines) line.abandon();
    await delay(10);
  }
}

export const reconnectingGuests: Attack = {
  name: 'by guests: five sockets each that reconnect without end',
  by: 'guests',
  run: (stage) => stage.crowdOfGuests((guest) => reconnect(stage, guest)),
};

export const selectingGuests: Attack = {
  name: 'by guests: characters selected in a loop',
  by: 'guests',
  run: async (stage) => {
    const made = new Map<Guest, unknown>();
    await stage.crowdOfGuests(async (guest, random) => {
      const name = `Loop${letters(random.below(1_000_000_000))}`;
      const characterId =
        made.get(guest) ?? (await api(stage, guest, 'POST', '/api/characters', { name, class: 'mage' }))['id'];
      made.set(guest, characterId);
      const line = await enterAsGuest(stage, guest);
      for (let n = 0; n < 200 && !line.isClosed && !stage.isOver; n++) {
        await acked(line, 'character:select', { characterId });
      }
      line.abandon();
    });
  },
};

export const claimingGuests: Attack = {
  name: 'by guests: sessions claimed by pids that are not theirs',
  by: 'guests',
  run: (stage) =>
    stage.crowdOfGuests(async ({ token, address }, random) => {
      const line = await openWebSocket(stage, address);
      const pid = random.bytes(15).toString('base64url');
      await line.write(text(`40${JSON.stringify({ token, pid, offset: `${random.below(1_000)}-0` })}`));
      await line.until(() => line.received.includes('system:sync') || line.received.includes('44{'), 2_000);
      line.abandon();
    }),
};

export const commandFlood: Attack = {
  name: 'by guests: commands far beyond every limit',
  by: 'guests',
  run: (stage) =>
    stage.crowdOfGuests(async (guest) => {
      const line = await enterAsGuest(stage, guest);
      await stage.flood(line, repeated(command('chat:history', { channel: 'global', limit: 100 }, 7), 200), 200, 2_000);
    }),
};
