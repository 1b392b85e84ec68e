/** One command on its way: what was sent, the answer that is given exactly once, and what its log lines have in common. */
import type { WireError } from '@aeturnis/contracts';
import type { Correlation } from '@aeturnis/platform';
import type { Caller } from '../connections/caller';
import type { RealtimeSocket } from '../socket-types';
import type { CommandEntry } from './command-entry';
import { acknowledge, type AckId } from './socket-inlet';

const MAX_NAME_TOLD = 64;

/** `C` is the connection it came by. */
export class CommandJob<C extends Caller = Caller> implements Correlation {
  /** Of its log lines; made by the first. */
  id?: string;
  answered = false;
  /** Since when it waits for earlier commands of its connection, in milliseconds of this process; undefined where it did not wait. */
  waitsSince?: number;

  constructor(
    readonly entry: CommandEntry,
    readonly connection: C,
    private readonly socket: RealtimeSocket,
    /** Its name, and behind it what came with it. */
    readonly data: readonly unknown[],
    readonly ackId: AckId,
    readonly receivedAt: number,
  ) {}

  get event(): string {
    return this.entry.contract.name;
  }

  get userId(): string {
    return this.connection.principal.userId;
  }

  acknowledge(answer: object): void {
    if (this.ackId !== null) acknowledge(this.socket, this.ackId, answer);
  }

  tell(error: WireError): void {
    tell(this.connection, this.socket, this.event, this.ackId, error);
  }
}

/** Tells what became of a command: as its answer, or by an event that names it. */
export function tell(caller: Caller, socket: RealtimeSocket, event: string, ackId: AckId, error: WireError): void {
  if (ackId !== null) acknowledge(socket, ackId, { success: false, error });
  else caller.reply('error', { ...error, event: event.slice(0, MAX_NAME_TOLD) });
}
