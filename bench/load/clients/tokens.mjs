// Access tokens as the server signs them, one per player.
import { createHmac } from 'node:crypto';

export const BENCH_JWT_SECRET = 'a-signing-key-for-benchmarks-that-is-long-enough';

const encodePart = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A player's id of one kind: 1 is the account, 2 the login, 3 the token, 4 the character. */
export const playerUuid = (kind, number) => `0000000${kind}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
const HEADER = encodePart({ alg: 'HS256', typ: 'JWT' });
const tokenByNumber = new Map();

export function tokenOf(number) {
  if (!tokenByNumber.has(number)) tokenByNumber.set(number, sign(number));
  return tokenByNumber.get(number);
}

function sign(number) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    sub: playerUuid(1, number),
    name: `Player ${number}`,
    roles: ['player'],
    sid: playerUuid(2, number),
  };
  const tokenClaims = { jti: playerUuid(3, number), iss: 'aeturnis', aud: 'aeturnis-players', iat, exp: iat + 7_200 };
  const body = `${HEADER}.${encodePart({ ...claims, ...tokenClaims })}`;
  return `${body}.${createHmac('sha256', BENCH_JWT_SECRET).update(body).digest('base64url')}`;
}
