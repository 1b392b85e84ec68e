/** Asks a running server, as somebody in a column would, and tells how that ended. */
import { once } from 'node:events';
import { ERRORS, type ErrorTraits } from '@aeturnis/contracts';
import { WebSocket } from 'ws';
import type { Actor } from './actors';
import type { Outcome } from './columns';
import { type Request, type Row, subject } from './row';

export interface Answer {
  /** Or something that no cell may state, as it came. */
  readonly outcome: Outcome | (string & {});
  /** All that was told. */
  readonly told: string;
  /** What a refusal says. */
  readonly message?: string | undefined;
}

export async function sendCommand(row: Row, payload: object, { connection }: Actor): Promise<Answer> {
  const answer = await (await connection()).send(subject(row), payload);
  const { success, dropped, error } = answer;
  const done = dropped ? 'dropped' : 'OK';
  return {
    outcome: success ? done : (error?.code ?? 'no code'),
    told: JSON.stringify(answer),
    message: error?.message,
  };
}

/** By packets of one's own: a client library would not send anything before it is connected. */
export async function sendUnconnected(url: string, row: Row, payload: object): Promise<Answer> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const packets: string[] = [];
  const closed = once(socket, 'close');
  await new Promise<void>((refused, failed) => {
    socket.on('message', (data: Buffer) => {
      const packet = data.toString();
      packets.push(packet);
      if (packet.startsWith('0')) socket.send('40');
      else if (packet.startsWith('4')) refused();
    });
    socket.on('error', failed);
  });
  socket.send(`420${JSON.stringify([subject(row), payload])}`);
  await closed;
  const told = packets.join(' ');
  const refused = packets.length === 2 && packets[1]?.startsWith('44') && told.includes('"MISSING_TOKEN"');
  return { outcome: refused ? 'no connection' : told, told };
}

export async function callRoute(url: string, row: Row, request: Request, accessToken?: string): Promise<Answer> {
  const [method = '', pattern = ''] = subject(row).split(' ');
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
  const told = await response.text();
  if (response.status < 400) return { outcome: response.status, told };
  const code = /"code":"(\w+)"/.exec(told)?.[1] ?? '';
  // The status follows from the code.
  const traits = (ERRORS as Partial<Record<string, ErrorTraits>>)[code];
  const message = /"message":"([^"]*)"/.exec(told)?.[1];
  return { outcome: traits?.http === response.status ? code : `${response.status} ${told}`, told, message };
}
