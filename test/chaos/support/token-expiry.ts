/** Creates signed tokens with an arbitrary expiry. */
import { createHmac } from 'node:crypto';
import { TEST_SECRET } from '../../support/environment';

/** The same token with another expiry, signed with the test secret. */
export function withExpiry(token: string, atMs: number): string {
  const [header = '', claims = ''] = token.split('.');
  const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  const exp = Math.floor(atMs / 1000);
  const body = `${header}.${Buffer.from(JSON.stringify({ ...payload, exp })).toString('base64url')}`;
  return `${body}.${createHmac('sha256', TEST_SECRET).update(body).digest('base64url')}`;
}
