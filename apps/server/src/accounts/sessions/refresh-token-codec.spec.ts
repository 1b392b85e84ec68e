/** The format of refresh tokens: the issuing server reads the session from it, and forged tokens are refused. */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { RefreshTokenCodec } from './refresh-token-codec';

const codec = new RefreshTokenCodec(createSecretKey(randomBytes(32)));
const other = new RefreshTokenCodec(createSecretKey(randomBytes(32)));

it('sessionOf: returns the session of an issued token', () => {
  const sessionId = randomUUID();
  const [first, second] = [codec.create(sessionId), codec.create(sessionId)];
  expect(first).not.toBe(second);
  expect([first, second].map((token) => codec.sessionOf(token))).toEqual([sessionId, sessionId]);
});

it.each([
  ['a token of another server', other.create(randomUUID())],
  ['an empty string', ''],
  ['random bytes', randomBytes(48).toString('base64url')],
  ['a token of the previous format', randomBytes(32).toString('base64url')],
  ['a long text', 'a'.repeat(128)],
])('sessionOf: returns null for %s', (_, token) => expect(codec.sessionOf(token)).toBeNull());

it('sessionOf: returns null for a token with a changed bit', () => {
  const bytes = Buffer.from(codec.create(randomUUID()), 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(codec.sessionOf(changed.toString('base64url'))).toBeNull();
  }
});
