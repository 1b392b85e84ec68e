/** Clients that send requests and never read: their answers pile up in the memory of the node. */
import { setTimeout as delay } from 'node:timers/promises';
import { anonymousAttack, guestAttack } from '../../support/attack';
import { commandFrame, enterAsGuest, openWebSocket } from '../../support/socket-openings';
import { repeated, textFrame } from '../../support/websocket-frames';
import { FRAMES_BEFORE_ADMISSION } from '../admission/allowances';

const REFUSALS = repeated(textFrame(`40/${'n'.repeat(100)},`), 500);
const INTERVAL_MS = 40;

export const nonReadingBeforeAdmission = anonymousAttack(
  'before admission: refusals that are never read',
  100,
  async (stage) => {
    const socket = await openWebSocket(stage);
    socket.stopReading();
    await stage.flood(socket, REFUSALS, 500, FRAMES_BEFORE_ADMISSION);
    socket.destroy();
  },
);

export const nonReadingGuests = guestAttack('by guests: answers that are never read', async (stage, guest) => {
  const socket = await enterAsGuest(stage, guest);
  socket.stopReading();
  for (let id = 0; !socket.isClosed && !stage.isOver; id++) {
    await Promise.race([
      socket.write(commandFrame('chat:history', { channel: 'global', limit: 100 }, id)),
      stage.pause(500),
    ]);
    await delay(INTERVAL_MS);
  }
});

export const nonReadingHttp = anonymousAttack('pipelined requests whose answers are never read', 50, async (stage) => {
  const socket = await stage.connect();
  socket.stopReading();
  const requests = 'GET /api/nothing HTTP/1.1\r\nHost: node\r\n\r\n'.repeat(100);
  while (!socket.isClosed && !stage.isOver) {
    await Promise.race([socket.write(requests, 100), stage.pause(1_000)]);
    await delay(10);
  }
  socket.destroy();
});
