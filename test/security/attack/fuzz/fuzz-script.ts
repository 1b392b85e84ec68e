/** The parts of a fuzzer script: its opening, and steps of bytes that are written together or apart. */

export interface FuzzStep {
  /** The name of the step in the report of a difference. */
  readonly label: string;
  /** Written one after the other, with a pause between them. */
  readonly chunks: readonly Buffer[];
  readonly frames: number;
  /**
   * `goes on`: the next command is answered, or the connection closes. `may hang`: bytes may be missing, so that the node
   * waits for more.
   */
  readonly expectation: 'goes on' | 'may hang';
}

/**
 * `entered`: by WebSocket, after CONNECT has been answered. `early`: the steps come before CONNECT. `upgraded`: entered by
 * polling, then upgraded to a WebSocket.
 */
export type ScriptOpening = 'entered' | 'early' | 'upgraded';

export interface FuzzScript {
  readonly opening: ScriptOpening;
  readonly steps: readonly FuzzStep[];
}

export const frameCountOf = ({ steps }: FuzzScript): number => steps.reduce((sum, { frames }) => sum + frames, 0);

const LONGEST = 160;

export function describeScript({ opening, steps }: FuzzScript): string {
  const lines = steps.map(({ label, chunks }, index) => {
    const bytes = chunks.map((chunk) => {
      const hex = chunk.toString('hex');
      return hex.length > LONGEST ? `${hex.slice(0, LONGEST)}… (${chunk.length} bytes)` : hex;
    });
    return `  ${index + 1}. ${label}: ${bytes.join(' | ')}`;
  });
  return [`opening: ${opening}`, ...lines].join('\n');
}
