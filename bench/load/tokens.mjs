// Access tokens as the server signs them, one per player.
import { createHmac } from 'node:crypto';

export const SECRET = 'a-signing-key-for-benchmarks-that-is-long-enough';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The ids of a player: 1 of the account, 2 of the login, 3 of the token, 4 of the character. */
export const idOf = (kind, number) => `0000000${kind}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
const HEADER = part({ alg: 'HS256', typ: 'JWT' });
const known = new Map();

export function tokenOf(number) {
  if (!known.has(number)) known.set(number, sign(number));
  return known.get(number);
}

function sign(number) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: idOf(1, number), name: `Player ${number}`, roles: ['player'], sid: idOf(2, number) };
  const ends = { jti: idOf(3, number), iss: 'aeturnis', aud: 'aeturnis-players', iat, exp: iat + 7_200 };
  const body = `${HEADER}.${part({ ...claims, ...ends })}`;
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
}
