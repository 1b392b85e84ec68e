/** What a script of the fuzzer consists of: bytes that are written together or apart, and how the script begins. */

export interface Step {
  /** For whoever reads the script of a difference. */
  readonly label: string;
  /** Written one after the other, with a pause between them. */
  readonly chunks: readonly Buffer[];
  readonly frames: number;
  /**
   * `goes on`: whatever comes of it, a command that follows is answered, or the connection ends. `may hang`: bytes may be
   * missing, so that nothing follows.
   */
  readonly then: 'goes on' | 'may hang';
}

/**
 * `entered`: by WebSocket, after CONNECT has been answered. `early`: the steps come before CONNECT. `upgraded`: it entered
 * by polling and went over to a WebSocket.
 */
export type Opening = 'entered' | 'early' | 'upgraded';

export interface Script {
  readonly opening: Opening;
  readonly steps: readonly Step[];
}

export const framesOf = ({ steps }: Script): number => steps.reduce((sum, { frames }) => sum + frames, 0);

const LONGEST = 160;

export function describe({ opening, steps }: Script): string {
  const lines = steps.map(({ label, chunks }, index) => {
    const bytes = chunks.map((chunk) => {
      const hex = chunk.toString('hex');
      return hex.length > LONGEST ? `${hex.slice(0, LONGEST)}… (${chunk.length} bytes)` : hex;
    });
    return `  ${index + 1}. ${label}: ${bytes.join(' | ')}`;
  });
  return [`opening: ${opening}`, ...lines].join('\n');
}
