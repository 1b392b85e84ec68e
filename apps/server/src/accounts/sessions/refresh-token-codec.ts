/**
 * What a refresh token is made of: its session, a nonce, and a code that proves this server made it. So an exchanged token
 * that comes back is known for one by itself, and no row has to be kept for each until it expires.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';

const SESSION_BYTES = 16;
const NONCE_BYTES = 16;
const CODE_BYTES = 16;
const BYTES = SESSION_BYTES + NONCE_BYTES + CODE_BYTES;
/** Sets these codes apart from whatever else the secret signs. */
const PURPOSE = 'refresh token';

export class RefreshTokenCodec {
  private readonly key: KeyObject;

  constructor(secret: KeyObject) {
    this.key = createSecretKey(createHmac('sha256', secret).update(PURPOSE).digest());
  }

  /** A new token of a session, whose id is a UUID. */
  make(sessionId: string): string {
    const head = Buffer.concat([Buffer.from(sessionId.replaceAll('-', ''), 'hex'), randomBytes(NONCE_BYTES)]);
    return Buffer.concat([head, this.code(head)]).toString('base64url');
  }

  /** The session of a token, whether or not that goes on; null for what this server has not made. */
  sessionOf(token: string): string | null {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== BYTES) return null;
    const head = bytes.subarray(0, BYTES - CODE_BYTES);
    if (!timingSafeEqual(bytes.subarray(BYTES - CODE_BYTES), this.code(head))) return null;
    return head.toString('hex', 0, SESSION_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  private code(head: Buffer): Buffer {
    return createHmac('sha256', this.key).update(head).digest().subarray(0, CODE_BYTES);
  }
}
