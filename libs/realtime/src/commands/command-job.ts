/** One command on its way: what was sent, and the answer that is given exactly once. */
import type { CommandEntry } from './command-entry';

export type AckFunction = (answer: object) => void;

export class CommandJob {
  answered = false;

  constructor(
    readonly entry: CommandEntry,
    readonly args: readonly unknown[],
    readonly ack: AckFunction | null,
    readonly receivedAt: number,
  ) {}
}
