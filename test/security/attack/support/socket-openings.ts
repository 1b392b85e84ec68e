/** Opens Socket.IO connections over raw TCP: WebSocket upgrades, CONNECT and polling sessions. */
import { parseJsonBody } from './http-request';
import type { RawConnection } from './raw-connection';
import { ATTACKER_ADDRESS, type AttackingGuest, type AttackContext } from './attack-context';
import { textFrame } from './websocket-frames';

const ANSWER_MS = 10_000;

export const upgradeRequest = (path: string, extra = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

export const SOCKET_PATH = '/socket.io/?EIO=4&transport=websocket';

/** @returns a connection after its upgrade, which is closed if the node refused it. */
export async function openWebSocket(
  stage: AttackContext,
  address = ATTACKER_ADDRESS,
  path = SOCKET_PATH,
): Promise<RawConnection> {
  const socket = await stage.connect(address);
  await socket.write(upgradeRequest(path));
  await socket.until(() => socket.received.includes('\r\n\r\n'), ANSWER_MS);
  if (!socket.isClosed && !socket.received.includes(' 101 ')) {
    stage.ledger.refused++;
    socket.destroy();
    await socket.untilClosed();
  }
  return socket;
}

/** @returns a connection of a guest that has entered the namespace, which is closed if the node refused it. */
export async function enterAsGuest(stage: AttackContext, guest: AttackingGuest): Promise<RawConnection> {
  const socket = await openWebSocket(stage, guest.address);
  await socket.write(textFrame(`40${JSON.stringify({ token: guest.token })}`));
  await socket.until(() => socket.received.includes('system:sync') || socket.received.includes('44{'), ANSWER_MS);
  if (!socket.isClosed && !socket.received.includes('system:sync')) {
    stage.ledger.refused++;
    socket.destroy();
    await socket.untilClosed();
  }
  return socket;
}

/** @returns the id of a new polling session; empty if the node refused it. */
export async function openPolling(stage: AttackContext, address = ATTACKER_ADDRESS): Promise<string> {
  stage.ledger.opened++;
  const answer = await stage.request({ path: '/socket.io/?EIO=4&transport=polling', address });
  const sid = answer.status === 200 ? parseJsonBody({ ...answer, body: answer.body.slice(1) })['sid'] : undefined;
  if (typeof sid === 'string') return sid;
  stage.ledger.refused++;
  return '';
}

export const pollingPath = (sid: string): string => `/socket.io/?EIO=4&transport=polling&sid=${sid}`;

export const commandFrame = (name: string, payload: object, id: number | '' = ''): Buffer =>
  textFrame(`42${id}${JSON.stringify([name, payload])}`);
