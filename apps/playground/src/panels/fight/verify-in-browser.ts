/** The verifier of the repository with the rules of fights, in the browser. Loaded on demand. */
import * as rules from '@aeturnis/combat-rules';
import type { CombatHistory } from '@aeturnis/contracts';
import { verifyHistory } from '../../../../../scripts/combat-verifier.mjs';
import { bytesOfHex, hexOfBytes, hmacSha256, sha256, utf8 } from './sha256';

export function verifyInBrowser(pages: readonly CombatHistory[]): { title: string; problem: string | undefined }[] {
  return verifyHistory(pages, rules, {
    sha256: (data) => hexOfBytes(sha256(typeof data === 'string' ? utf8(data) : data)),
    hmacSha256: (key, text) => hmacSha256(key, utf8(text)),
    bytesOfHex,
  });
}
