/** One buffer for all connections: each gets its own bytes, in order, whoever is offered them first, paused or not. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { readFirst, readShared } from './shared-reads';

let server: Server;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

/** Both ends of a connection whose reads are shared. */
async function line(): Promise<{ far: Socket; near: Socket; heard: () => string }> {
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  expect(readShared(near)).toBe(true);
  const chunks: Buffer[] = [];
  near.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { far, near, heard: () => chunks.map(String).join('') };
}

async function send(far: Socket, near: Socket, text: string): Promise<void> {
  const before = near.bytesRead;
  far.write(text);
  while (near.bytesRead < before + text.length) await new Promise(setImmediate);
}

it('gives each connection its own bytes, though all are read into one place', async () => {
  const lines = [await line(), await line(), await line()];
  for (let round = 0; round < 50; round++)
    await Promise.all(lines.map(({ far, near }, index) => send(far, near, `${index}:${round};`)));
  lines.forEach(({ heard }, index) =>
    expect(heard()).toBe(Array.from({ length: 50 }, (_, round) => `${index}:${round};`).join('')),
  );
  for (const { far } of lines) far.destroy();
});

it('keeps what a listener has kept, whatever is read later', async () => {
  const { far, near } = await line();
  const kept: Buffer[] = [];
  near.on('data', (chunk: Buffer) => kept.push(chunk));
  await send(far, near, 'first');
  await send(far, near, 'later');
  expect(kept.map(String)).toEqual(['first', 'later']);
  // And no more than that.
  expect(kept.map(({ buffer }) => buffer.byteLength)).toEqual([5, 5]);
  far.destroy();
});

it('offers what comes to the reader first, and hands on what that does not take', async () => {
  const { far, near, heard } = await line();
  const taken: string[] = [];
  readFirst(near, {
    takes: (bytes, length) => {
      const text = bytes.toString('latin1', 0, length);
      return text.startsWith('!') && taken.push(text) > 0;
    },
  });
  for (const text of ['one', '!two', 'three', '!four']) await send(far, near, text);
  expect(taken).toEqual(['!two', '!four']);
  expect(heard()).toBe('onethree');
  far.destroy();
});

it('offers nothing that would overtake what waits', async () => {
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  readShared(near);
  const taken: string[] = [];
  readFirst(near, { takes: (bytes, length) => taken.push(bytes.toString('latin1', 0, length)) > 0 });
  // It is read, and nobody listens yet.
  near.read(0);
  await send(far, near, 'waits');
  await send(far, near, ' and comes');
  expect(taken).toEqual([]);
  let heard = '';
  near.on('data', (chunk: Buffer) => (heard += String(chunk)));
  await send(far, near, 'next');
  expect([heard, taken]).toEqual(['waits and comes', ['next']]);
  far.destroy();
});

it('tells of the end, and of an end without a word', async () => {
  const { far, near } = await line();
  far.end('bye');
  await once(near, 'end');
  const other = await line();
  const gone = once(other.near, 'error');
  other.far.resetAndDestroy();
  expect(await gone).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
});

it('leaves alone what is no plain connection', () => {
  expect(readShared(new Duplex())).toBe(false);
  expect(readShared(new Socket())).toBe(false);
});
