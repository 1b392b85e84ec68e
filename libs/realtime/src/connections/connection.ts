/** One authenticated socket: who it is, its waiting commands, its budget, and how it is closed. */
import type { CloseCode, EventName, EventPayload, Principal } from '@aeturnis/contracts';
import type { CommandJob } from '../commands/command-job';
import { TokenBucket } from '../quota/token-bucket';
import type { RealtimeSocket } from '../socket-types';
import type { Caller } from './caller';

export interface CloseReason {
  code: CloseCode;
  message: string;
  /** Whether the client is welcome back; decides in which way the connection ends. */
  reconnect: boolean;
  retryAfterMs?: number;
}

export class Connection implements Caller {
  /** Commands in the order they came; the first one is not in here while it runs. */
  readonly waiting: CommandJob[] = [];
  /** True while a command runs, and before the connection is set up: then commands wait. */
  busy = true;
  /** Settles, and never rejects, when the beginning of the connection is over, well or not. */
  settingUp: Promise<void> = Promise.resolve();
  /** Refusals for flooding, and when the count began. */
  breaches = 0;
  breachesSince = 0;
  readonly budget = new TokenBucket();

  constructor(
    private readonly socket: RealtimeSocket,
    readonly openedAt: number,
  ) {}

  get socketId(): string {
    return this.socket.id;
  }

  get principal(): Principal {
    return this.socket.data.principal;
  }

  get ip(): string {
    return this.socket.data.ip;
  }

  get open(): boolean {
    return this.socket.connected;
  }

  get rooms(): ReadonlySet<string> {
    return this.socket.rooms;
  }

  get transport(): string {
    return this.socket.conn.transport.name;
  }

  /** A fresh token or changed roles of the same user. */
  become(principal: Principal): void {
    this.socket.data.principal = principal;
  }

  reply<Name extends EventName>(event: Name, payload: EventPayload<Name>): void {
    (this.socket.emit as (event: string, payload: unknown) => boolean).call(this.socket, event, payload);
  }

  join(room: string): void {
    void this.socket.join(room);
  }

  leave(room: string): void {
    void this.socket.leave(room);
  }

  /**
   * Tells why, then closes. Stock clients stay away after a disconnection by the server and come back after one of the
   * transport, so `reconnect` chooses between the two. What was written before is sent first.
   */
  close(reason: CloseReason): void {
    if (!this.open) return;
    this.reply('system:disconnected', { ...reason });
    if (reason.reconnect) this.socket.conn.close();
    else this.socket.disconnect(true);
  }
}
