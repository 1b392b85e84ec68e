/** Request bodies: JSON only, up to the size of the longest request in the contract. */
import { connect as connectTcp } from 'node:net';
import { Api } from '../support/clients/api';
import { usePrivateServer } from '../support/servers/private-server';

const server = usePrivateServer();
const api = new Api(server);

describe('a body that is not JSON', () => {
  const GUEST = '{"name":"Wanderer"}';

  it.each<[string, string | undefined, string]>([
    ['text', 'text/plain', GUEST],
    ['a form', 'application/x-www-form-urlencoded', 'name=Wanderer'],
    ['parts', 'multipart/form-data; boundary=x', '--x--'],
    ['XML', 'application/xml', '<name/>'],
    ['bytes', 'application/octet-stream', GUEST],
    ['JSON of another kind', 'application/vnd.api+json', GUEST],
    ['JSON in another encoding', 'application/json; charset=latin1', GUEST],
    ['an invalid media type', 'json', GUEST],
    ['no media type', undefined, GUEST],
  ])('is refused without effect: %s', async (_, type, body) => {
    const headers = type === undefined ? [] : [`Content-Type: ${type}`];
    const answer = await sendRaw('POST', '/api/auth/guest', [...headers, `Content-Length: ${body.length}`], body);
    expect(answer).toMatch(/^HTTP\/1\.1 415 /);
    expect(answer).toContain('"code":"UNSUPPORTED_MEDIA_TYPE"');
  });

  it('is refused when chunked or compressed, and by routes without a body', async () => {
    const chunked = ['Content-Type: text/plain', 'Transfer-Encoding: chunked'];
    expect(await sendRaw('POST', '/api/auth/guest', chunked, '1\r\nx\r\n0\r\n\r\n')).toMatch(/^HTTP\/1\.1 415 /);
    for (const encoding of ['gzip', 'deflate', 'br', 'compress']) {
      const compressed = ['Content-Type: application/json', `Content-Encoding: ${encoding}`, 'Content-Length: 2'];
      expect(await sendRaw('POST', '/api/auth/guest', compressed, '{}')).toMatch(/^HTTP\/1\.1 415 /);
    }
    const typed = ['Content-Type: text/plain', 'Content-Length: 1'];
    for (const [method, path] of [
      ['POST', '/api/notifications/read-all'],
      ['DELETE', '/api/me'],
      ['PATCH', '/api/me'],
      ['PUT', '/api/conversations/0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11/mute'],
    ] as const)
      expect(await sendRaw(method, path, typed, 'x')).toMatch(/^HTTP\/1\.1 415 /);
  });

  it('is accepted if it is empty, or if the route only reads', async () => {
    const empty = ['Content-Type: text/plain', 'Content-Length: 0'];
    expect(await sendRaw('POST', '/api/auth/guest', empty, '')).toMatch(/^HTTP\/1\.1 201 /);
    const typed = ['Content-Type: text/plain', 'Content-Length: 1'];
    expect(await sendRaw('GET', '/health/live', typed, 'x')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])('is not %s', async (type) => {
    const headers = [`Content-Type: ${type}`, 'Content-Length: 2'];
    expect(await sendRaw('POST', '/api/auth/guest', headers, '{}')).toMatch(/^HTTP\/1\.1 201 /);
  });
});

/** Sends a raw request, because no client library sends such combinations. */
async function sendRaw(method: string, path: string, headers: readonly string[], body: string): Promise<string> {
  const { hostname, port, host } = new URL(server.url);
  const socket = connectTcp(Number(port), hostname);
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

it('a message of 10,000 characters is accepted in its longest JSON encoding', async () => {
  const { accessToken } = await api.guest();
  const group = await api.post('/api/conversations', accessToken).send({ kind: 'group', participantIds: [] });
  const content = '\u{1F600}'.repeat(10_000);
  const text = JSON.stringify({ conversationId: group.body.id, content });
  const escaped = text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
  expect(escaped.length).toBeGreaterThan(120_000);
  const answer = await api.post('/api/messages', accessToken).type('json').send(escaped);
  expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ messageId: expect.any(String) })]);
});
