/** One address opens far more connections than it may have, and another one reconnects without end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';
import type { Line } from '../../support/line';
import { SOCKET_PATH, upgradeRequest } from '../../support/openings';
import { CONNECTIONS_OF_ADDRESS } from './allowances';

const MANY = 1_500;
/** A busy node refuses one connection in each turn of its event loop; those that it keeps would stand for longer. */
const SETTLE_MS = 8_000;
const LOOK_MS = 50;

export const manyConnections: Attack = {
  name: `${MANY} WebSockets of one address at once`,
  by: 'nobody',
  async run(stage) {
    while (!stage.isOver) {
      const lines: Line[] = [];
      for (let n = 0; n < MANY; n++) {
        const line = await stage.connect();
        await line.write(upgradeRequest(SOCKET_PATH));
        lines.push(line);
      }
      const standing = (): number => lines.filter(({ isClosed }) => !isClosed).length;
      for (let waited = 0; waited < SETTLE_MS && standing() > CONNECTIONS_OF_ADDRESS; waited += LOOK_MS)
        await delay(LOOK_MS);
      if (standing() > CONNECTIONS_OF_ADDRESS) {
        stage.ledger.recordViolation(`more than ${CONNECTIONS_OF_ADDRESS} connections of one address stood`);
      }
      for (const line of lines) line.abandon();
      await stage.pause(200);
    }
  },
};

export const reconnectStorm: Attack = {
  name: 'connections that are opened, upgraded and reset without end',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(20, async () => {
      while (!stage.isOver) {
        const line = await stage.connect();
        await line.write(upgradeRequest(SOCKET_PATH));
        await delay(5);
        line.abandon();
      }
    }),
};
