/** The address of a client, by which limits count, is the same for sockets and for HTTP. */
import { request, type RequestOptions } from 'node:http';
import { QUOTA_STORE, type QuotaStore } from '@aeturnis/realtime';
import { WebSocket } from 'ws';
import type { RunningServer } from '../../apps/server/src/server';
import { createMigratedDatabase, type TestDatabase } from '../support/databases/postgres';
import { startTestServer } from '../support/servers/server';

let database: TestDatabase;

beforeAll(async () => (database = await createMigratedDatabase()));
afterAll(() => database.drop());

type Headers = NonNullable<RequestOptions['headers']>;

/** Loopback addresses other than this one stand for other machines. */
const PEER = '127.0.0.1';

const CASES: Record<string, [name: string, header: string | string[] | undefined, key: string, peer?: string][]> = {
  '0': [
    ['a header without a trusted proxy', '6.6.6.6', PEER],
    ['no header', undefined, PEER],
  ],
  '1': [
    ['one entry', '6.6.6.6', '6.6.6.6'],
    ['an entry that the client has prepended', '1.1.1.1, 6.6.6.6', '6.6.6.6'],
    ['a port', '198.51.100.3:40001', '198.51.100.3'],
    ['another port of the same host', '198.51.100.3:40002', '198.51.100.3'],
    ['IPv6 with a port', '[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['IPv6 in another spelling', '2001:0DB8:0:0:ffff::7', '2001:db8:0:0::/64'],
    ['IPv4 mapped', '::ffff:198.51.100.3', '198.51.100.3'],
    ['IPv4 mapped in hexadecimal', '[0:0:0:0:0:FFFF:c633:6403]:1', '198.51.100.3'],
    ['a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['several headers', ['1.1.1.1', '6.6.6.6'], '6.6.6.6'],
    ['unknown', 'unknown', PEER],
    ['an obfuscated identifier', '_SEVKISEK', PEER],
    ['an invalid address', '<script>', PEER],
    ['an empty header', '', PEER],
    ['no header', undefined, PEER],
    ['no header, from elsewhere', undefined, '127.0.0.2', '127.0.0.2'],
  ],
  '2': [
    ['both entries', '6.6.6.6, 10.0.0.1', '6.6.6.6'],
    ['a chain that is too short', '6.6.6.6', PEER],
    ['another address in a chain that is too short', '7.7.7.7', PEER],
  ],
  '127.0.0.2,10.0.0.0/8': [
    ['a listed proxy', '6.6.6.6', '6.6.6.6', '127.0.0.2'],
    ['two listed proxies', '1.1.1.1, 6.6.6.6, 10.0.0.1:80', '6.6.6.6', '127.0.0.2'],
    ['a client that bypasses the proxy', '6.6.6.6', PEER],
  ],
};

describe.each(Object.entries(CASES))('TRUSTED_PROXIES=%s', (trusted, cases) => {
  let server: RunningServer;
  let keys: string[];

  beforeAll(async () => {
    server = await startTestServer({ DATABASE_URL: database.url, TRUSTED_PROXIES: trusted });
    const take = jest.spyOn(server.app.get<QuotaStore>(QUOTA_STORE), 'take');
    take.mockImplementation(async (key) => {
      keys.push(key);
      return { allowed: true, remaining: 1, retryAfterMs: 0 };
    });
  });
  beforeEach(() => (keys = []));
  afterAll(() => server.close());

  it.each(cases)('%s', async (_, header, key, peer = PEER) => {
    const headers: Headers = header === undefined ? {} : { 'X-Forwarded-For': header };
    await overHttp(server.url, headers, peer);
    await overSocket(server.url, headers, peer);
    expect(keys).toEqual([`http:default:${key}`, `handshake:${key}`]);
  });
});

function overHttp(url: string, headers: Headers, localAddress: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/me`, { headers, localAddress, agent: false }, (response) => {
      response.resume().on('end', () => resolve());
    });
    sent.on('error', reject).end();
  });
}

/** A handshake without a token is refused, and counted by the client's address. */
function overSocket(url: string, headers: Headers, localAddress: string): Promise<void> {
  const target = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  // The types of `ws` do not allow for a repeated header.
  const socket = new WebSocket(target, { headers: headers as Record<string, string>, localAddress });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('0')) socket.send('40{}');
      if (text.startsWith('44')) socket.close();
    });
    socket.on('close', () => resolve());
  });
}
