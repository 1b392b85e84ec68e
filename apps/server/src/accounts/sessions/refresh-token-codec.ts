/**
 * The format of refresh tokens: session id, nonce, and a MAC that proves that this server issued it. A reused token is
 * therefore recognised without a stored row, so rows of exchanged tokens need not be kept until they expire.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';

const SESSION_BYTES = 16;
const NONCE_BYTES = 16;
const MAC_BYTES = 16;
const BYTES = SESSION_BYTES + NONCE_BYTES + MAC_BYTES;
/** Domain separation: the secret signs other data too. */
const PURPOSE = 'refresh token';

export class RefreshTokenCodec {
  private readonly key: KeyObject;

  constructor(secret: KeyObject) {
    this.key = createSecretKey(createHmac('sha256', secret).update(PURPOSE).digest());
  }

  /** A new token of a session, whose id is a UUID. */
  create(sessionId: string): string {
    const head = Buffer.concat([Buffer.from(sessionId.replaceAll('-', ''), 'hex'), randomBytes(NONCE_BYTES)]);
    return Buffer.concat([head, this.macOf(head)]).toString('base64url');
  }

  /** The session of a token, live or ended; null for a token that this server has not issued. */
  sessionOf(token: string): string | null {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== BYTES) return null;
    const head = bytes.subarray(0, BYTES - MAC_BYTES);
    if (!timingSafeEqual(bytes.subarray(BYTES - MAC_BYTES), this.macOf(head))) return null;
    return head.toString('hex', 0, SESSION_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  private macOf(head: Buffer): Buffer {
    return createHmac('sha256', this.key).update(head).digest().subarray(0, MAC_BYTES);
  }
}
