/** A refresh token tells its session to who made it, and nobody else can make one. */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { RefreshTokenCodec } from './refresh-token-codec';

const codec = new RefreshTokenCodec(createSecretKey(randomBytes(32)));
const other = new RefreshTokenCodec(createSecretKey(randomBytes(32)));

it('tells the session of what it made', () => {
  const sessionId = randomUUID();
  const [one, another] = [codec.make(sessionId), codec.make(sessionId)];
  expect(one).not.toBe(another);
  expect([one, another].map((token) => codec.sessionOf(token))).toEqual([sessionId, sessionId]);
});

it.each([
  ['what another server made', other.make(randomUUID())],
  ['nothing', ''],
  ['random bytes', randomBytes(48).toString('base64url')],
  ['a token of the form before', randomBytes(32).toString('base64url')],
  ['a long text', 'a'.repeat(128)],
])('knows no session of %s', (_, token) => expect(codec.sessionOf(token)).toBeNull());

it('knows no session of a token in which a bit has changed', () => {
  const bytes = Buffer.from(codec.make(randomUUID()), 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(codec.sessionOf(changed.toString('base64url'))).toBeNull();
  }
});
