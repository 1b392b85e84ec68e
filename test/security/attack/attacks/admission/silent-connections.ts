/** Connections that stay silent at each stage: after TCP, within the headers, within a body, and after the upgrade. */
import { setTimeout as delay } from 'node:timers/promises';
import { anonymousAttack } from '../../support/attack';
import type { RawConnection } from '../../support/raw-connection';
import { openWebSocket } from '../../support/socket-openings';
import type { AttackContext } from '../../support/attack-context';
import { ADMISSION_MS, REQUEST_MS } from './allowances';

const DRIP_MS = 200;

/** Sends single bytes, so that no idle timeout fires. The connection exceeds after the time that a request may take. */
async function drip(stage: AttackContext, socket: RawConnection, bytes: string): Promise<void> {
  const exceedsAt = performance.now() + REQUEST_MS;
  while (!socket.isClosed && !stage.isOver) {
    await socket.write(bytes);
    await delay(DRIP_MS);
    if (performance.now() > exceedsAt) socket.markExceeded();
  }
}

export const silentTcp = anonymousAttack('TCP connections that send nothing', 200, async (stage) =>
  stage.hold(await stage.connect(), REQUEST_MS),
);

export const slowHeaders = anonymousAttack('headers that arrive byte by byte', 200, async (stage) => {
  const socket = await stage.connect();
  await socket.write('GET /health/live HTTP/1.1\r\nHost: node\r\nX-Slow: ');
  await drip(stage, socket, 'a');
});

export const slowBodies = anonymousAttack('bodies that arrive byte by byte', 200, async (stage) => {
  const socket = await stage.connect();
  await socket.write(
    'POST /api/auth/login HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"',
  );
  await drip(stage, socket, 'a');
});

export const silentWebSockets = anonymousAttack('WebSockets that never enter a namespace', 200, async (stage) =>
  stage.hold(await openWebSocket(stage), ADMISSION_MS),
);

export const silentPolling = anonymousAttack('polling sessions that are opened and left', 50, async (stage) => {
  await stage.request({ path: '/socket.io/?EIO=4&transport=polling' });
  stage.ledger.opened++;
});
