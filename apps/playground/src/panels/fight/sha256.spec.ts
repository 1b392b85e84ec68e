/** Digests equal those of Node.js, at all lengths around a block. */
import { createHash, createHmac } from 'node:crypto';
import { bytesOfHex, hexOfBytes, hmacSha256, sha256, utf8 } from './sha256';

const texts = Array.from({ length: 140 }, (_, length) => 'aä🔥'.repeat(length).slice(0, length));

it('sha256: equals that of Node.js for texts of 0 to 139 characters', () => {
  for (const text of texts)
    expect(hexOfBytes(sha256(utf8(text)))).toBe(createHash('sha256').update(text).digest('hex'));
});

it('hmac: equals that of Node.js for short and long keys', () => {
  for (const text of texts)
    for (const key of ['00ff', 'ab'.repeat(32), 'cd'.repeat(100)])
      expect(hexOfBytes(hmacSha256(bytesOfHex(key), utf8(text)))).toBe(
        createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex'),
      );
});
