/** Sends the request of a cell to a running server and reports its outcome. */
import { once } from 'node:events';
import { ERRORS, type ErrorTraits } from '@aeturnis/contracts';
import { WebSocket } from 'ws';
import type { MatrixActor } from './actors';
import type { MatrixOutcome } from './columns';
import { type MatrixRequest, type MatrixRow, rowSubject } from './row';

export interface MatrixAnswer {
  /** The outcome of a cell, or the raw answer when it is none. */
  readonly outcome: MatrixOutcome | (string & {});
  /** Everything that the caller received. */
  readonly received: string;
  readonly message?: string | undefined;
}

export async function sendCommand(row: MatrixRow, payload: object, { connection }: MatrixActor): Promise<MatrixAnswer> {
  const answer = await (await connection()).send(rowSubject(row), payload);
  const { success, dropped, error } = answer;
  const done = dropped ? 'dropped' : 'OK';
  return {
    outcome: success ? done : (error?.code ?? 'no code'),
    received: JSON.stringify(answer),
    message: error?.message,
  };
}

/** Writes raw packets, because a client library sends nothing before it is connected. */
export async function sendUnconnected(url: string, row: MatrixRow, payload: object): Promise<MatrixAnswer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const packets: string[] = [];
  const closed = once(socket, 'close');
  await new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const packet = data.toString();
      packets.push(packet);
      if (packet.startsWith('0')) socket.send('40');
      else if (packet.startsWith('4')) resolve();
    });
    socket.on('error', reject);
  });
  socket.send(`420${JSON.stringify([rowSubject(row), payload])}`);
  await closed;
  const received = packets.join(' ');
  const refused = packets.length === 2 && packets[1]?.startsWith('44') && received.includes('"MISSING_TOKEN"');
  return { outcome: refused ? 'no connection' : received, received };
}

export async function callRoute(
  url: string,
  row: MatrixRow,
  request: MatrixRequest,
  accessToken?: string,
): Promise<MatrixAnswer> {
  const [method = '', pattern = ''] = rowSubject(row).split(' ');
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => request.params?.[name] ?? `{${name}}`);
  const search = request.search ?? new URLSearchParams(request.query).toString();
  const query = search === '' ? '' : `?${search}`;
  const response = await fetch(`${url}${path}${query}`, {
    method,
    headers: {
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const received = await response.text();
  if (response.status < 400) return { outcome: response.status, received };
  const code = /"code":"(\w+)"/.exec(received)?.[1] ?? '';
  // The code determines the status. An answer that breaks this is reported as it is.
  const traits = (ERRORS as Partial<Record<string, ErrorTraits>>)[code];
  const message = /"message":"([^"]*)"/.exec(received)?.[1];
  return { outcome: traits?.http === response.status ? code : `${response.status} ${received}`, received, message };
}
