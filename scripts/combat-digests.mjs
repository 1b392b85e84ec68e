// SHA-256 and HMAC of Node.js for the verifier of fights.
import { createHash, createHmac } from 'node:crypto';

export const digests = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest(),
  bytesOfHex: (hex) => Buffer.from(hex, 'hex'),
};
