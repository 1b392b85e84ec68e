/** Lines that ask and never read: what the node has to say to them piles up in its memory. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';
import { command, enterAsGuest, openWebSocket } from '../../support/openings';
import { repeated, text } from '../../support/websocket-frames';
import { FRAMES_BEFORE_ADMISSION } from '../admission/allowances';

const REFUSALS = repeated(text(`40/${'n'.repeat(100)},`), 500);
const ASK_MS = 40;

export const deafBeforeAdmission: Attack = {
  name: 'before admission: refusals that are never read',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(100, async () => {
      const line = await openWebSocket(stage);
      line.stopReading();
      await stage.flood(line, REFUSALS, 500, FRAMES_BEFORE_ADMISSION);
      line.abandon();
    }),
};

export const deafGuests: Attack = {
  name: 'by guests: answers that are never read',
  by: 'guests',
  run: (stage) =>
    stage.crowdOfGuests(async (guest) => {
      const line = await enterAsGuest(stage, guest);
      line.stopReading();
      for (let id = 0; !line.isClosed && !stage.isOver; id++) {
        await Promise.race([
          line.write(command('chat:history', { channel: 'global', limit: 100 }, id)),
          stage.pause(500),
        ]);
        await delay(ASK_MS);
      }
    }),
};

export const deafHttp: Attack = {
  name: 'pipelined requests whose answers are never read',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(50, async () => {
      const line = await stage.connect();
      line.stopReading();
      const requests = 'GET /api/nothing HTTP/1.1\r\nHost: node\r\n\r\n'.repeat(100);
      while (!line.isClosed && !stage.isOver) {
        await Promise.race([line.write(requests, 100), stage.pause(1_000)]);
        await delay(10);
      }
      line.abandon();
    }),
};
