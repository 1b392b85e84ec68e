/** The types of the verifier, for the playground. */
export interface Digests {
  /** In hexadecimal digits. A text is encoded as UTF-8. */
  sha256(data: string | Uint8Array): string;
  hmacSha256(key: Uint8Array, text: string): Uint8Array;
  bytesOfHex(hex: string): Uint8Array;
}

export function verifyHistory(
  history: readonly object[],
  rules: object,
  digests: Digests,
): { title: string; problem: string | undefined }[];
