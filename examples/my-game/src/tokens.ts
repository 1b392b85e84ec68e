/** Tokens of this game: a name and an expiry, signed. Replace them by those of your accounts, for example JWTs. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError, type Principal } from '@aeturnis/contracts';
import { TokenVerifier } from '@aeturnis/realtime';

// All nodes need the same one.
const SECRET = process.env['TOKEN_SECRET'] ?? randomBytes(32).toString('hex');
const LIFETIME_MS = 3_600_000;

const sign = (text: string): Buffer => createHmac('sha256', SECRET).update(text).digest();

export function issueToken(name: string): string {
  const claims = `${encodeURIComponent(name)}.${Date.now() + LIFETIME_MS}`;
  return `${claims}.${sign(claims).toString('hex')}`;
}

export class SignedTokenVerifier extends TokenVerifier {
  async verify(token: string): Promise<Principal> {
    const [encodedName = '', expiry = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'hex');
    const expected = sign(`${encodedName}.${expiry}`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new AppError('INVALID_TOKEN', 'This token is not from this game');
    const expiresAt = Number(expiry);
    if (expiresAt <= Date.now()) throw new AppError('EXPIRED_TOKEN', 'The token has expired: log in again');
    const name = decodeURIComponent(encodedName);
    return { userId: name, name, roles: [], sessionId: '', expiresAt };
  }
}
