/** One address opens far more connections than it may have, and another one reconnects without end. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Attack, anonymousAttack } from '../../support/attack';
import type { RawConnection } from '../../support/raw-connection';
import { SOCKET_PATH, upgradeRequest } from '../../support/socket-openings';
import { CONNECTIONS_OF_ADDRESS } from './allowances';

const MANY = 1_500;
/** A busy node refuses one connection per round of its event loop; connections that it keeps stay open for longer. */
const PATIENCE_MS = 8_000;
const CHECK_MS = 50;

export const manyConnections: Attack = {
  name: `${MANY} WebSockets of one address at once`,
  by: 'nobody',
  async run(stage) {
    while (!stage.isOver) {
      const sockets: RawConnection[] = [];
      for (let n = 0; n < MANY; n++) {
        const socket = await stage.connect();
        await socket.write(upgradeRequest(SOCKET_PATH));
        sockets.push(socket);
      }
      const openCount = (): number => sockets.filter(({ isClosed }) => !isClosed).length;
      for (let waited = 0; waited < PATIENCE_MS && openCount() > CONNECTIONS_OF_ADDRESS; waited += CHECK_MS)
        await delay(CHECK_MS);
      if (openCount() > CONNECTIONS_OF_ADDRESS) {
        stage.ledger.recordViolation(`more than ${CONNECTIONS_OF_ADDRESS} connections of one address were open`);
      }
      for (const socket of sockets) socket.destroy();
      await stage.pause(200);
    }
  },
};

export const reconnectStorm = anonymousAttack(
  'connections that are opened, upgraded and reset without end',
  20,
  async (stage) => {
    while (!stage.isOver) {
      const socket = await stage.connect();
      await socket.write(upgradeRequest(SOCKET_PATH));
      await delay(5);
      socket.destroy();
    }
  },
);
