/** HTTP requests of every odd kind, pipelined over connections that stay open as long as the node allows. */
import { gzipSync } from 'node:zlib';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../support/attack';

const request = (method: string, path: string, headers = '', body = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: node\r\n${headers}${body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`}\r\n${body}`;
const posted = (body: string, path = '/api/auth/login'): string =>
  request('POST', path, 'Content-Type: application/json\r\n', body);

const manyKeys = JSON.stringify(Object.fromEntries(Array.from({ length: 8_000 }, (_, n) => [`k${n}`, n])));
const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
const chunked = 'Transfer-Encoding: chunked\r\nTrailer: X-T\r\nContent-Type: application/json\r\n';
const preflight = 'Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n';
const multipart = 'Content-Type: multipart/form-data; boundary=b\r\n';
const form = 'Content-Type: application/x-www-form-urlencoded\r\n';

const REQUESTS: Readonly<Record<string, string | Buffer>> = {
  'unknown routes': request('GET', '/api/nothing'),
  'long paths with many slashes': request('GET', `/${'a/'.repeat(4_000)}`),
  'malformed escapes in paths': request('GET', '/api/messages/%ff%c0%00'),
  'thousands of query parameters': request('GET', `/api/messages?${'a=1&'.repeat(3_000)}`),
  'nested query parameters': request('GET', `/api/messages?${'a[b]'.repeat(1_500)}=1`),
  'hundreds of headers': request(
    'GET',
    '/health/live',
    Array.from({ length: 900 }, (_, n) => `X-${n}: 1\r\n`).join(''),
  ),
  'headers of 15 KB': request('GET', '/health/live', `X-Long: ${'x'.repeat(15_000)}\r\n`),
  'headers beyond the limit': request('GET', '/health/live', `X-Long: ${'x'.repeat(100_000)}\r\n`),
  'cookies of 15 KB': request('GET', '/api/me', `Cookie: ${'a=b; '.repeat(3_000)}\r\n`),
  'cookies of 64 KB': request('GET', '/api/me', `Cookie: ${'a=b; '.repeat(13_000)}\r\n`),
  'lists of ETags': request('GET', '/api/realtime/policies', `If-None-Match: ${'"a", '.repeat(2_800)}\r\n`),
  'ranges by the hundred': request('GET', '/docs', `Range: bytes=${'0-1,'.repeat(3_000)}\r\n`),
  'accepted types by the hundred': request('GET', '/health/live', `Accept: ${'a/b;q=0.1,'.repeat(1_400)}\r\n`),
  'forwarded chains by the hundred': request(
    'GET',
    '/health/live',
    `X-Forwarded-For: ${'1.2.3.4, '.repeat(1_500)}\r\n`,
  ),
  'Expect: 100-continue': request('POST', '/api/auth/login', 'Expect: 100-continue\r\n', '{}'),
  'unknown expectations': request('GET', '/health/live', 'Expect: a-miracle\r\n'),
  'CORS preflights': request('OPTIONS', '/api/messages', preflight),
  'methods beyond the usual': ['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE']
    .map((m) => request(m, '/api/me'))
    .join(''),
  'the documentation': request('GET', '/docs') + request('GET', '/docs-json') + request('GET', '/docs-yaml'),
  'metrics and health': request('GET', '/metrics') + request('GET', '/health/ready'),
  'JSON nested 10,000 deep': posted('['.repeat(10_000) + ']'.repeat(10_000)),
  'JSON of 8,000 keys': posted(manyKeys),
  'JSON with duplicated and prototype keys': posted(`{${'"__proto__":{"a":1},'.repeat(2_000)}"constructor":{}}`),
  'JSON that does not parse': posted('{'.repeat(50_000)),
  'JSON of one long number': posted(`{"username":${'9'.repeat(60_000)}}`),
  'bodies beyond the limit': posted(JSON.stringify({ username: 'x'.repeat(300_000) })),
  'JSON compressed a thousandfold': Buffer.concat([
    Buffer.from(
      `POST /api/auth/login HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`,
    ),
    bomb,
  ]),
  'chunks of one byte with trailers':
    request('POST', '/api/auth/login', chunked) + `${'1\r\n \r\n'.repeat(5_000)}0\r\nX-T: 1\r\n\r\n`,
  'chunks with long extensions':
    request('POST', '/api/auth/login', chunked) + `1;${'x'.repeat(10_000)}\r\n \r\n0\r\n\r\n`,
  'multipart bodies': request('POST', '/api/auth/login', multipart, '--b\r\n\r\nx\r\n'.repeat(2_000)),
  'forms of many fields': request('POST', '/api/auth/login', form, 'a[]=1&'.repeat(8_000)),
  'bearer tokens of 14 KB': request('GET', '/api/me', `Authorization: Bearer ${'x'.repeat(14_000)}\r\n`),
  'polling of unknown sessions': request('GET', '/socket.io/?EIO=4&transport=polling&sid=nobody'),
  'unknown transports and versions':
    request('GET', '/socket.io/?EIO=9&transport=pigeon') + request('GET', '/socket.io/?EIO=3'),
  'JSONP polling': request('GET', '/socket.io/?EIO=4&transport=polling&j=0'),
  'both a length and chunks': request('POST', '/api/auth/login', 'Transfer-Encoding: chunked\r\n', '{}'),
  'no HTTP at all': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.repeat(50),
};

/** Requests per write, and writes per connection. The answers are read, but the attack does not wait for them. */
const PER_WRITE = 20;
const WRITES = 50;

export const requestFloods: readonly Attack[] = Object.entries(REQUESTS).map(([of, single]) => {
  const bytes = Buffer.concat(Array<Buffer>(PER_WRITE).fill(Buffer.from(single)));
  return {
    name: `requests: ${of}`,
    by: 'nobody',
    run: (stage) =>
      stage.repeatConcurrently(8, async () => {
        const socket = await stage.connect();
        for (let n = 0; n < WRITES && !socket.isClosed && !stage.isOver; n++) {
          await Promise.race([socket.write(bytes, PER_WRITE), stage.pause(2_000)]);
          await delay(5);
        }
        socket.destroy();
      }),
  };
});
