/** Tokens as no server gives them out. */
import { createHmac } from 'node:crypto';
import { TEST_SECRET } from '../../support/environment';

/** The same token with another end, properly signed. */
export function ending(token: string, atMs: number): string {
  const [header = '', claims = ''] = token.split('.');
  const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  const exp = Math.floor(atMs / 1000);
  const body = `${header}.${Buffer.from(JSON.stringify({ ...payload, exp })).toString('base64url')}`;
  return `${body}.${createHmac('sha256', TEST_SECRET).update(body).digest('base64url')}`;
}
