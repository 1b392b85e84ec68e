/** Upgrades that are not those of Socket.IO, that are never finished, or that claim the session of another line. */
import type { Attack } from '../../support/attack';
import { openPolling, openWebSocket, SOCKET_PATH, upgradeRequest } from '../../support/openings';
import { text } from '../../support/websocket-frames';
import { ADMISSION_MS, REQUEST_MS } from './allowances';

const PATHS = ['/', '/api/me', '/socket.io', '/socket.io/../api', '/nowhere', '/docs', `/${'x'.repeat(8_000)}`];
const H2C =
  'GET /health/live HTTP/1.1\r\nHost: node\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n' +
  'HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n';

export const otherUpgrades: Attack = {
  name: 'WebSocket upgrades on other paths',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(50, async (_, random) => {
      const line = await stage.connect();
      await line.write(upgradeRequest(random.pick(PATHS)));
      await stage.hold(line, REQUEST_MS);
    }),
};

let serial = 0;
/** Other attacks use up what their address may open; here an answer is owed. */
const addressOfItsOwn = (): string => `127.77.${(++serial >> 8) & 255}.${serial & 255 || 1}`;

export const http2Upgrades: Attack = {
  name: 'upgrades to h2c',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(50, async () => {
      const line = await stage.connect(addressOfItsOwn());
      await line.write(H2C);
      await line.until(() => line.received.includes('HTTP/1.1 200'), 5_000);
      if (!stage.isOver && !line.received.includes('HTTP/1.1')) stage.ledger.recordViolation('no answer to h2c');
      line.abandon();
    }),
};

export const unfinishedProbes: Attack = {
  name: 'upgrades of a polling session that stop after the probe',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(100, async () => {
      const sid = await openPolling(stage);
      if (sid === '') return;
      const line = await openWebSocket(stage, undefined, `${SOCKET_PATH}&sid=${sid}`);
      await line.write(text('2probe'));
      await stage.hold(line, ADMISSION_MS);
    }),
};

export const secondWebSockets: Attack = {
  name: 'several WebSockets on the session of one',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(50, async () => {
      const sid = await openPolling(stage);
      if (sid === '') return;
      const path = `${SOCKET_PATH}&sid=${sid}`;
      const lines = await Promise.all([1, 2, 3, 4].map(() => openWebSocket(stage, undefined, path)));
      await Promise.all(
        lines.map(async (line) => {
          await line.write(Buffer.concat([text('2probe'), text('5'), text('40')]));
          await stage.hold(line, ADMISSION_MS);
        }),
      );
    }),
};

const ODD_HANDSHAKES = [
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n',
  `Sec-WebSocket-Protocol: ${'p,'.repeat(3_000)}\r\n`,
  `Sec-WebSocket-Extensions: ${'x;y=1,'.repeat(1_500)}\r\n`,
  `Cookie: ${'c=1; '.repeat(2_500)}\r\n`,
];

export const oddHandshakes: Attack = {
  name: 'upgrades with endless extensions, protocols and cookies',
  by: 'nobody',
  run: (stage) =>
    stage.crowd(50, async (_, random) => {
      const line = await stage.connect();
      await line.write(upgradeRequest(SOCKET_PATH, random.pick(ODD_HANDSHAKES)));
      await line.until(() => line.received.includes('\r\n\r\n'), 5_000);
      line.abandon();
    }),
};
