/** Connections that stay silent at each stage: after TCP, within the headers, within a body, and after the upgrade. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';
import type { Line } from '../../support/line';
import { openWebSocket } from '../../support/openings';
import type { Stage } from '../../support/stage';
import { ADMISSION_MS, REQUEST_MS } from './allowances';

const DRIP_MS = 200;

/** Sends one byte now and then, so that no idle timeout fires, until the time that a request may take is over. */
async function drip(stage: Stage, line: Line, bytes: string): Promise<void> {
  const exceedsAt = performance.now() + REQUEST_MS;
  while (!line.isClosed && !stage.isOver) {
    await line.write(bytes);
    await delay(DRIP_MS);
    if (performance.now() > exceedsAt) line.markExceeded();
  }
}

export const silentTcp: Attack = {
  name: 'TCP connections that send nothing',
  by: 'nobody',
  run: (stage) => stage.crowd(200, async () => stage.hold(await stage.connect(), REQUEST_MS)),
};

export const slowHeaders: Attack = {
  name: 'headers that arrive byte by byte',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(200, async () => {
      const line = await stage.connect();
      await line.write('GET /health/live HTTP/1.1\r\nHost: node\r\nX-Slow: ');
      await drip(stage, line, 'a');
    }),
};

export const slowBodies: Attack = {
  name: 'bodies that arrive byte by byte',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(200, async () => {
      const line = await stage.connect();
      await line.write(
        'POST /api/auth/login HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"',
      );
      await drip(stage, line, 'a');
    }),
};

export const silentWebSockets: Attack = {
  name: 'WebSockets that never enter a namespace',
  by: 'nobody',
  run: (stage) => stage.crowd(200, async () => stage.hold(await openWebSocket(stage), ADMISSION_MS)),
};

export const silentPolling: Attack = {
  name: 'polling sessions that are opened and left',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(50, async () => {
      await stage.ask({ path: '/socket.io/?EIO=4&transport=polling' });
      stage.ledger.opened++;
    }),
};
