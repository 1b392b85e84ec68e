/** Access tokens of the maximum length. */
import { createHmac } from 'node:crypto';
import { TEST_SECRET } from '../../support/environment';

/** A valid token of the same user and session with this number of characters. */
export function tokenOfLength({ accessToken }: { accessToken: string }, length: number): string {
  const [header = '', claims = ''] = accessToken.split('.');
  const known = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  // Base64url encodes three characters of the filling in four characters of the token.
  for (let filling = Math.floor(((length - accessToken.length) * 3) / 4) - 32; ; filling++) {
    const payload = { ...known, filling: 'f'.repeat(filling) };
    const body = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
    const token = `${body}.${createHmac('sha256', TEST_SECRET).update(body).digest('base64url')}`;
    if (token.length >= length) return token.slice(0, length);
  }
}
