/** Upgrades on other paths, unfinished upgrades, and upgrades that claim the session of another connection. */
import { anonymousAttack } from '../../support/attack';
import { openPolling, openWebSocket, SOCKET_PATH, upgradeRequest } from '../../support/socket-openings';
import { textFrame } from '../../support/websocket-frames';
import { ADMISSION_MS, REQUEST_MS } from './allowances';

const PATHS = ['/', '/api/me', '/socket.io', '/socket.io/../api', '/nowhere', '/docs', `/${'x'.repeat(8_000)}`];
const H2C =
  'GET /health/live HTTP/1.1\r\nHost: node\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n' +
  'HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n';

export const otherUpgrades = anonymousAttack('WebSocket upgrades on other paths', 50, async (stage, random) => {
  const socket = await stage.connect();
  await socket.write(upgradeRequest(random.pick(PATHS)));
  await stage.hold(socket, REQUEST_MS);
});

let serial = 0;
/** An unused address, because other attacks use up the connections of theirs and this attack must be answered. */
const addressOfItsOwn = (): string => `127.77.${(++serial >> 8) & 255}.${serial & 255 || 1}`;

export const http2Upgrades = anonymousAttack('upgrades to h2c', 50, async (stage) => {
  const socket = await stage.connect(addressOfItsOwn());
  await socket.write(H2C);
  await socket.until(() => socket.received.includes('HTTP/1.1 200'), 5_000);
  if (!stage.isOver && !socket.received.includes('HTTP/1.1')) stage.ledger.recordViolation('no answer to h2c');
  socket.destroy();
});

export const unfinishedProbes = anonymousAttack(
  'upgrades of a polling session that stop after the probe',
  100,
  async (stage) => {
    const sid = await openPolling(stage);
    if (sid === '') return;
    const socket = await openWebSocket(stage, undefined, `${SOCKET_PATH}&sid=${sid}`);
    await socket.write(textFrame('2probe'));
    await stage.hold(socket, ADMISSION_MS);
  },
);

export const secondWebSockets = anonymousAttack('several WebSockets for one polling session', 50, async (stage) => {
  const sid = await openPolling(stage);
  if (sid === '') return;
  const path = `${SOCKET_PATH}&sid=${sid}`;
  const sockets = await Promise.all([1, 2, 3, 4].map(() => openWebSocket(stage, undefined, path)));
  await Promise.all(
    sockets.map(async (socket) => {
      await socket.write(Buffer.concat([textFrame('2probe'), textFrame('5'), textFrame('40')]));
      await stage.hold(socket, ADMISSION_MS);
    }),
  );
});

const ODD_HANDSHAKES = [
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n',
  `Sec-WebSocket-Protocol: ${'p,'.repeat(3_000)}\r\n`,
  `Sec-WebSocket-Extensions: ${'x;y=1,'.repeat(1_500)}\r\n`,
  `Cookie: ${'c=1; '.repeat(2_500)}\r\n`,
];

export const oddHandshakes = anonymousAttack(
  'upgrades with endless extensions, protocols and cookies',
  50,
  async (stage, random) => {
    const socket = await stage.connect();
    await socket.write(upgradeRequest(SOCKET_PATH, random.pick(ODD_HANDSHAKES)));
    await socket.until(() => socket.received.includes('\r\n\r\n'), 5_000);
    socket.destroy();
  },
);
