/** addListenHandles: the number of connections that a busy server accepts per iteration of the event loop. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { addListenHandles } from './listen-handles';

const BACKLOG = 4_096;
/** More than the default backlog of Node.js. */
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

/** Lets a burst of clients connect while the server is busy. @returns the connections accepted in each iteration. */
async function acceptedPerIteration(server: Server): Promise<number[]> {
  const counts: number[] = [0];
  server.on('connection', () => (counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1));
  // Synchronous: until it returns, this process accepts no connection.
  spawnSync(process.execPath, ['-e', crowd(portOf(server))]);
  while (counts.reduce((sum, count) => sum + count) < CROWD)
    await new Promise<void>((resolve) =>
      setImmediate(() => {
        counts.push(0);
        resolve();
      }),
    );
  return counts.filter((count) => count > 0);
}

describe('copies of a listening socket', () => {
  it('accept a waiting burst of connections 32 at a time', async () => {
    const server = await listening();
    expect(await addListenHandles(server, BACKLOG)).toBe(31);
    expect(Math.max(...(await acceptedPerIteration(server)))).toBe(32);
    server.close();
  });

  it('close with the server, and accept no connection afterwards', async () => {
    const server = await listening();
    await addListenHandles(server, BACKLOG);
    const port = portOf(server);
    server.close();
    const client = connect(port, '127.0.0.1');
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('are closed if the server closes while they are created', async () => {
    const server = await listening();
    const port = portOf(server);
    const copying = addListenHandles(server, BACKLOG);
    server.close();
    expect(await copying).toBe(0);
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });

  it('accept connections with the settings of the server, whose close waits for these connections', async () => {
    const server = await listening();
    await addListenHandles(server, BACKLOG);
    const settings = new Set<string>();
    const accepted: Socket[] = [];
    server.on('connection', (socket: Socket) => {
      accepted.push(socket);
      const own = Object.getOwnPropertySymbols(socket).filter(({ description }) => description === 'kSetNoDelay');
      settings.add(JSON.stringify([socket.allowHalfOpen, own.map((key) => Reflect.get(socket, key) as unknown)]));
    });
    const clients = Array.from({ length: 64 }, () => connect(portOf(server), '127.0.0.1'));
    while (accepted.length < clients.length) await nextIteration();
    expect([...settings]).toEqual(['[true,[true]]']);
    const last = accepted.find((socket) => Reflect.get(socket, '_server') !== server);
    expect(last).toBeDefined();
    const closed = jest.fn();
    server.close(closed);
    for (const socket of accepted) if (socket !== last) socket.destroy();
    while (accepted.some((socket) => socket !== last && !socket.closed)) await nextIteration();
    expect(closed).not.toHaveBeenCalled();
    last?.destroy();
    while (closed.mock.calls.length === 0) await nextIteration();
  });
});
