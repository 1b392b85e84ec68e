/** How many connections a busy server accepts in one turn of the event loop. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { copyListening } from './listening-copies';

const BACKLOG = 4_096;
/** More than Node makes room for by itself. */
const CROWD = 800;

const crowd = (port: number): string => `
  let connected = 0;
  for (let i = 0; i < ${CROWD}; i++)
    require('node:net').connect(${port}, '127.0.0.1', () => ++connected === ${CROWD} && process.exit());`;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1', BACKLOG);
  await once(server, 'listening');
  return server;
}

/** Of a crowd that has connected while the server did something else. @returns how many were accepted in which turn. */
async function accepted(server: Server): Promise<number[]> {
  const turns: number[] = [0];
  server.on('connection', () => (turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1));
  // Synchronous: until it is over this process accepts nobody.
  spawnSync(process.execPath, ['-e', crowd(portOf(server))]);
  while (turns.reduce((sum, count) => sum + count) < CROWD)
    await new Promise<void>((resolve) =>
      setImmediate(() => {
        turns.push(0);
        resolve();
      }),
    );
  return turns.filter((count) => count > 0);
}

describe('copies of a listening socket', () => {
  it('let a crowd in, which has room to wait, 32 at a time', async () => {
    const server = await listening();
    expect(await copyListening(server, BACKLOG)).toBe(31);
    expect(Math.max(...(await accepted(server)))).toBe(32);
    server.close();
  });

  it('close with the server: nobody is accepted after it', async () => {
    const server = await listening();
    await copyListening(server, BACKLOG);
    const port = portOf(server);
    server.close();
    const client = connect(port, '127.0.0.1');
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('are not kept where the server closes while they are made', async () => {
    const server = await listening();
    const port = portOf(server);
    const copying = copyListening(server, BACKLOG);
    server.close();
    expect(await copying).toBe(0);
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('take connections like the server itself, and keep it from being closed before they have ended', async () => {
    const server = await listening();
    await copyListening(server, BACKLOG);
    const settings = new Set<string>();
    const accepted: Socket[] = [];
    server.on('connection', (socket: Socket) => {
      accepted.push(socket);
      const own = Object.getOwnPropertySymbols(socket).filter(({ description }) => description === 'kSetNoDelay');
      settings.add(JSON.stringify([socket.allowHalfOpen, own.map((key) => Reflect.get(socket, key) as unknown)]));
    });
    const clients = Array.from({ length: 64 }, () => connect(portOf(server), '127.0.0.1'));
    while (accepted.length < clients.length) await nextTurn();
    expect([...settings]).toEqual(['[true,[true]]']);
    const last = accepted.find((socket) => Reflect.get(socket, '_server') !== server);
    expect(last).toBeDefined();
    const closed = jest.fn();
    server.close(closed);
    for (const socket of accepted) if (socket !== last) socket.destroy();
    while (accepted.some((socket) => socket !== last && !socket.closed)) await nextTurn();
    expect(closed).not.toHaveBeenCalled();
    last?.destroy();
    while (closed.mock.calls.length === 0) await nextTurn();
  });
});
