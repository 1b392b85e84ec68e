/**
 * The way of a command: one listener per socket, commands of a socket one after the other, and one answer each, whatever
 * happens: done, refused, invalid, unknown, crashed or too slow.
 */
import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, CONNECTION_POLICY, type WireError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig, withCorrelation } from '@aeturnis/platform';
import { Clock } from '../clock';
import type { Connection } from '../connections/connection';
import { Connections } from '../connections/connections';
import { FloodGuard } from '../limits/flood-guard';
import { DROPPED } from '../limits/dropped';
import { SocketMetrics } from '../metrics/socket-metrics';
import type { RealtimeSocket } from '../socket-types';
import { CommandContext } from './command-context';
import type { CommandEntry } from './command-entry';
import { type AckFunction, CommandJob } from './command-job';
import { CommandTable } from './command-table';
import { isPromise, whenDone } from './maybe-promise';
import { payloadOf } from './payload-shape';
import { toWireError } from './wire-error';

const MAX_WAITING = 100;
const SLOW_MS = 500;

@Injectable()
export class CommandDispatcher {
  private readonly logger = new Logger('Commands');

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly table: CommandTable,
    private readonly connections: Connections,
    private readonly flood: FloodGuard,
    private readonly clock: Clock,
    private readonly metrics: SocketMetrics,
  ) {
    const receive = (socketId: string, event: unknown, args: unknown[]): void => this.receive(socketId, event, args);
    // One function for all sockets: Socket.IO calls it with the socket as `this`.
    this.listener = function (this: RealtimeSocket, event: unknown, ...args: unknown[]): void {
      receive(this.id, event, args);
    };
  }

  readonly listener: (event: unknown, ...args: unknown[]) => void;

  /** Starts the commands of a connection that has been set up. */
  release(connection: Connection): void {
    connection.busy = false;
    this.runWaiting(connection);
  }

  /** Commands that still wait when their connection ends are not begun: nobody would hear of the outcome. */
  forget(connection: Connection): void {
    connection.waiting.length = 0;
  }

  // Nothing may throw into Socket.IO: it would end the process.
  private receive(socketId: string, event: unknown, args: unknown[]): void {
    const connection = this.connections.get(socketId);
    if (!connection) return;
    try {
      // The protocol allows a number as the name of an event; we know no such command.
      this.take(connection, typeof event === 'string' ? event : '', args);
    } catch (error) {
      this.logger.error({ message: 'a frame could not be taken', socketId, error });
    }
  }

  private take(connection: Connection, event: string, args: unknown[]): void {
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as AckFunction) : null;
    const entry = this.table.get(event);
    const refusal = this.refusal(connection, event, entry);
    if (refusal || !entry) {
      this.metrics.command(entry ? event : 'unknown', refusal?.code ?? 'UNKNOWN_EVENT', 0);
      if (refusal) tell(connection, event, ack, refusal);
      return;
    }
    connection.waiting.push(new CommandJob(entry, args, ack, this.clock.now()));
    if (!connection.busy) this.runWaiting(connection);
  }

  private refusal(connection: Connection, event: string, entry: CommandEntry | undefined): WireError | null {
    const retryAfterMs = this.flood.take(connection, CONNECTION_POLICY);
    if (retryAfterMs > 0)
      return new AppError('RATE_LIMITED', 'Too many events on this connection', { retryAfterMs }).toWire();
    if (!entry) return new AppError('UNKNOWN_EVENT', `There is no command '${event.slice(0, 64)}'`).toWire();
    if (connection.waiting.length >= MAX_WAITING)
      return new AppError('RATE_LIMITED', `More than ${MAX_WAITING} commands wait`).toWire();
    return null;
  }

  private runWaiting(connection: Connection): void {
    for (let job = connection.waiting.shift(); job; job = connection.waiting.shift()) {
      const running = this.run(connection, job);
      if (running) {
        connection.busy = true;
        void running.then(() => this.release(connection));
        return;
      }
    }
  }

  /** Runs one command without a promise where nothing is awaited. The promise, if any, never rejects. */
  private run(connection: Connection, job: CommandJob): Promise<void> | undefined {
    const correlation = { event: job.entry.contract.name, userId: connection.principal.userId };
    return withCorrelation(correlation, () => {
      try {
        const outcome = this.execute(connection, job);
        if (isPromise(outcome)) return this.inTime(connection, job, outcome);
        this.succeed(connection, job, outcome);
      } catch (error) {
        this.fail(connection, job, error);
      }
      return undefined;
    });
  }

  private execute(
    connection: Connection,
    { entry, args, ack }: CommandJob,
  ): object | undefined | Promise<object | undefined> {
    const context = new CommandContext(entry, connection, args[0]);
    // Limits come first: being refused for its shape is not free either.
    return whenDone(this.pass(context, 0), () => {
      const payload = payloadOf(args);
      const dto = entry.pipe.transform(payload, { type: 'body', metatype: entry.contract.payload });
      return entry.handler(dto, connection, { acked: ack !== null });
    });
  }

  private pass(context: CommandContext, from: number): void | Promise<void> {
    const { guards } = context.entry;
    for (let index = from; index < guards.length; index++) {
      const verdict = guards[index]?.canActivate(context);
      if (verdict === true) continue;
      if (!isPromise(verdict)) throw new AppError('FORBIDDEN', 'Not allowed');
      return verdict.then((allowed) => {
        if (allowed !== true) throw new AppError('FORBIDDEN', 'Not allowed');
        return this.pass(context, index + 1);
      });
    }
  }

  /** Past the deadline the client is told and the next command may run; a late outcome changes nothing any more for it. */
  private inTime(connection: Connection, job: CommandJob, outcome: Promise<object | undefined>): Promise<void> {
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        this.fail(connection, job, new AppError('TIMEOUT', `No answer within ${this.config.commandDeadlineMs} ms`));
        resolve();
      }, this.config.commandDeadlineMs);
      outcome
        .then((result) => this.succeed(connection, job, result))
        .catch((error: unknown) => this.fail(connection, job, error))
        .finally(() => {
          clearTimeout(deadline);
          resolve();
        });
    });
  }

  private succeed(connection: Connection, job: CommandJob, result: object | undefined): void {
    if (job.answered) return;
    // Handed over first: a result that cannot be encoded throws here, and is then answered as the fault it is.
    job.ack?.({ success: true, ...result });
    this.answer(connection, job, 'ok');
  }

  private fail(connection: Connection, job: CommandJob, error: unknown): void {
    if (error === DROPPED) {
      if (this.answer(connection, job, 'dropped')) job.ack?.({ success: true, dropped: true });
      return;
    }
    const wire = job.answered ? toWireError(error) : job.entry.filter.catch(error);
    if (this.answer(connection, job, wire.code)) tell(connection, job.entry.contract.name, job.ack, wire);
  }

  /** True for the first outcome of a command; every later one is ignored. */
  private answer(connection: Connection, job: CommandJob, outcome: string): boolean {
    if (job.answered) return false;
    job.answered = true;
    const tookMs = this.clock.now() - job.receivedAt;
    const { name } = job.entry.contract;
    this.metrics.command(name, outcome, tookMs);
    if (tookMs > SLOW_MS)
      this.logger.warn({ message: 'slow command', event: name, tookMs, userId: connection.principal.userId });
    return true;
  }
}

function tell(connection: Connection, event: string, ack: AckFunction | null, error: WireError): void {
  if (ack) ack({ success: false, error });
  else connection.reply('error', { ...error, event: event.slice(0, 64) });
}
