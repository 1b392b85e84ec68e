/** The ways in of Socket.IO, spoken over raw lines: WebSocket upgrade, CONNECT, and polling sessions. */
import { json } from './ask';
import type { Line } from './line';
import { ATTACKER_ADDRESS, type Guest, type Stage } from './stage';
import { text } from './websocket-frames';

const ANSWER_MS = 10_000;

export const upgradeRequest = (path: string, extra = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

export const SOCKET_PATH = '/socket.io/?EIO=4&transport=websocket';

/** @returns a line past the upgrade, which is closed where the node refused. */
export async function openWebSocket(stage: Stage, address = ATTACKER_ADDRESS, path = SOCKET_PATH): Promise<Line> {
  const line = await stage.connect(address);
  await line.write(upgradeRequest(path));
  await line.until(() => line.received.includes('\r\n\r\n'), ANSWER_MS);
  if (!line.isClosed && !line.received.includes(' 101 ')) {
    stage.ledger.refused++;
    line.abandon();
    await line.closed();
  }
  return line;
}

/** @returns a line of a guest that has entered the namespace; closed where it was refused. */
export async function enterAsGuest(stage: Stage, guest: Guest): Promise<Line> {
  const line = await openWebSocket(stage, guest.address);
  await line.write(text(`40${JSON.stringify({ token: guest.token })}`));
  await line.until(() => line.received.includes('system:sync') || line.received.includes('44{'), ANSWER_MS);
  if (!line.isClosed && !line.received.includes('system:sync')) {
    stage.ledger.refused++;
    line.abandon();
    await line.closed();
  }
  return line;
}

/** @returns the id of a new polling session; empty where the node refused. */
export async function openPolling(stage: Stage, address = ATTACKER_ADDRESS): Promise<string> {
  stage.ledger.opened++;
  const answer = await stage.ask({ path: '/socket.io/?EIO=4&transport=polling', address });
  const sid = answer.status === 200 ? json({ ...answer, body: answer.body.slice(1) })['sid'] : undefined;
  if (typeof sid === 'string') return sid;
  stage.ledger.refused++;
  return '';
}

export const pollingPath = (sid: string): string => `/socket.io/?EIO=4&transport=polling&sid=${sid}`;

export const command = (name: string, payload: object, id: number | '' = ''): Buffer =>
  text(`42${id}${JSON.stringify([name, payload])}`);
