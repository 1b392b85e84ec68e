/** Connections that read into one shared buffer: each receives its own bytes in order, with or without a chunk reader. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setChunkReader, enableSharedReads } from './shared-read-buffer';

let server: Server;
beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

/** Both ends of a connection whose server side uses the shared buffer. */
async function openConnection(): Promise<{ far: Socket; near: Socket; received: () => string }> {
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  expect(enableSharedReads(near)).toBe(true);
  const chunks: Buffer[] = [];
  near.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { far, near, received: () => chunks.map(String).join('') };
}

async function send(far: Socket, near: Socket, text: string): Promise<void> {
  const before = near.bytesRead;
  far.write(text);
  while (near.bytesRead < before + text.length) await new Promise(setImmediate);
}

it('shared reads: each connection receives its own bytes', async () => {
  const connections = [await openConnection(), await openConnection(), await openConnection()];
  for (let round = 0; round < 50; round++)
    await Promise.all(connections.map(({ far, near }, index) => send(far, near, `${index}:${round};`)));
  connections.forEach(({ received }, index) =>
    expect(received()).toBe(Array.from({ length: 50 }, (_, round) => `${index}:${round};`).join('')),
  );
  for (const { far } of connections) far.destroy();
});

it('shared reads: a chunk that a listener has kept is not overwritten by a later read', async () => {
  const { far, near } = await openConnection();
  const chunks: Buffer[] = [];
  near.on('data', (chunk: Buffer) => chunks.push(chunk));
  await send(far, near, 'first');
  await send(far, near, 'later');
  expect(chunks.map(String)).toEqual(['first', 'later']);
  // A chunk keeps no more memory than its bytes.
  expect(chunks.map(({ buffer }) => buffer.byteLength)).toEqual([5, 5]);
  far.destroy();
});

it('shared reads: a chunk is offered to the reader first, and to the stream if the reader does not consume it', async () => {
  const { far, near, received } = await openConnection();
  const consumed: string[] = [];
  setChunkReader(near, {
    tryConsume: (bytes, length) => {
      const text = bytes.toString('latin1', 0, length);
      return text.startsWith('!') && consumed.push(text) > 0;
    },
  });
  for (const text of ['one', '!two', 'three', '!four']) await send(far, near, text);
  expect(consumed).toEqual(['!two', '!four']);
  expect(received()).toBe('onethree');
  far.destroy();
});

it('shared reads: the reader gets no chunk while earlier chunks wait in the stream', async () => {
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  enableSharedReads(near);
  const consumed: string[] = [];
  setChunkReader(near, { tryConsume: (bytes, length) => consumed.push(bytes.toString('latin1', 0, length)) > 0 });
  // Starts to read without a `data` listener, so chunks are buffered.
  near.read(0);
  await send(far, near, 'waits');
  await send(far, near, ' and comes');
  expect(consumed).toEqual([]);
  let received = '';
  near.on('data', (chunk: Buffer) => (received += String(chunk)));
  await send(far, near, 'next');
  expect([received, consumed]).toEqual(['waits and comes', ['next']]);
  far.destroy();
});

it('shared reads: the connection emits `end` after an orderly close, and `error` after a reset', async () => {
  const { far, near } = await openConnection();
  far.end('bye');
  await once(near, 'end');
  const other = await openConnection();
  const errorEmitted = once(other.near, 'error');
  other.far.resetAndDestroy();
  expect(await errorEmitted).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
});

it('shared reads: a stream that is no open TCP connection is refused', () => {
  expect(enableSharedReads(new Duplex())).toBe(false);
  expect(enableSharedReads(new Socket())).toBe(false);
});
