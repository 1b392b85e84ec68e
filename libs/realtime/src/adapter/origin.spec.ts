/** Which pages may connect, and whose address a client has. */
import { addressKey, clientIp } from './client-ip';
import { isOriginAllowed } from './origin';

const development = { corsOrigins: [], production: false };
const production = { corsOrigins: ['https://play.example.com'], production: true };

describe('isOriginAllowed', () => {
  it.each([
    ['a native client', undefined, production, undefined, true],
    ['a listed page', 'https://play.example.com', production, undefined, true],
    ['the own page', 'https://api.example.com', production, 'api.example.com', true],
    ['localhost in development', 'http://localhost:5173', development, undefined, true],
    ['a loopback address in development', 'http://127.0.0.1:8080', development, undefined, true],
    ['any page where all are allowed', 'https://x.example', { corsOrigins: ['*'], production: false }, undefined, true],
    ['another page', 'https://evil.example', production, 'api.example.com', false],
    ['a subdomain of a listed one', 'https://play.example.com.evil.example', production, undefined, false],
    ['another scheme', 'http://play.example.com', production, undefined, false],
    ['localhost in production', 'http://localhost:5173', production, undefined, false],
    ['a name that begins like localhost', 'http://localhost.evil.example', development, undefined, false],
    ['the origin of a sandboxed page', 'null', development, 'null', false],
  ])('%s', (_, origin, config, host, allowed) => expect(isOriginAllowed(origin, config, host)).toBe(allowed));
});

describe('clientIp', () => {
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 10.0.0.1, 10.0.0.2' };

  it('believes nobody without trusted proxies', () => expect(clientIp(forwarded, '9.9.9.9', 0)).toBe('9.9.9.9'));
  it('counts from the right', () => {
    expect(clientIp(forwarded, '9.9.9.9', 1)).toBe('10.0.0.2');
    expect(clientIp(forwarded, '9.9.9.9', 3)).toBe('6.6.6.6');
  });
  it('believes nothing of a chain shorter than told', () =>
    expect(clientIp({ 'x-forwarded-for': '1.1.1.1' }, '9.9.9.9', 4)).toBe('9.9.9.9'));
  it('has a word for who is gone already', () => expect(clientIp({}, undefined, 0)).toBe('gone'));
  it('takes the peer where the header is missing', () => expect(clientIp({}, '::ffff:9.9.9.9', 2)).toBe('9.9.9.9'));
});

describe('addressKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (ip, key) => expect(addressKey(ip)).toBe(key));
});
