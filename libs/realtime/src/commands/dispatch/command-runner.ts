/** Runs a command (guards, validation, handler) and gives exactly one answer: a result, or the error of any failure or timeout. */
import { Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { type AppConfig, FailureLog, runAsCorrelation } from '@aeturnis/platform';
import type { Clock } from '../../base/clock';
import type { Connection } from '../../connections/connection';
import { Deadlines } from '../../base/deadlines';
import { DROPPED } from '../limits/dropped';
import type { CommandMetrics } from '../../base/metrics/command-metrics';
import { CommandContext } from './command-context';
import type { CommandJob } from './command-job';
import type { CommandRequest } from './handles.decorator';
import { isPromise } from './is-promise';
import { payloadFrom } from '../validation/payload-shape';
import { toWireError } from '../../base/wire-error';

const SLOW_MS = 500;
const WITH_ACK: CommandRequest = { isAckRequested: true };
const WITHOUT_ACK: CommandRequest = { isAckRequested: false };

type Job = CommandJob<Connection>;
type Result = object | undefined;

export class CommandRunner {
  private readonly logger = new Logger('Commands');
  private readonly slowCommands = new FailureLog(this.logger);
  private readonly deadlines: Deadlines<Job>;

  /** `onConnectionFree` is called after each asynchronous command, when the connection may run the next one. */
  constructor(
    private readonly config: Pick<AppConfig, 'commandDeadlineMs'>,
    private readonly clock: Clock,
    private readonly metrics: CommandMetrics,
    private readonly onConnectionFree: (connection: Connection) => void,
  ) {
    this.deadlines = new Deadlines(config.commandDeadlineMs, (job) => runAsCorrelation(job, this.onDeadline));
  }

  /** Creates no promise for a synchronous command, and never throws. @returns whether the command has finished. */
  run(job: Job): boolean {
    return runAsCorrelation(job, this.start);
  }

  private readonly start = (job: Job): boolean => {
    if (this.hasWaitedTooLong(job)) {
      this.fail(job, this.timeoutError());
      return true;
    }
    try {
      const outcome = this.execute(job);
      if (isPromise(outcome)) {
        this.awaitOutcome(job, outcome);
        return false;
      }
      this.succeed(job, outcome);
    } catch (error) {
      this.fail(job, error);
    }
    return true;
  };

  private execute(job: Job): Result | Promise<Result> {
    const context = new CommandContext(job.entry, job.connection, job.data[1]);
    // Limits are checked first, so that invalid payloads count against them as well.
    const guarded = this.checkGuards(context, 0);
    return isPromise(guarded) ? (guarded as Promise<void>).then(() => this.callHandler(job)) : this.callHandler(job);
  }

  private checkGuards(context: CommandContext, from: number): void | Promise<void> {
    const { guards } = context.entry;
    for (let index = from; index < guards.length; index++) {
      const verdict = guards[index]?.canActivate(context);
      if (verdict === true) continue;
      if (!isPromise(verdict)) throw new AppError('FORBIDDEN', 'Refused by a guard of this command');
      return verdict.then((allowed) => {
        if (allowed !== true) throw new AppError('FORBIDDEN', 'Refused by a guard of this command');
        return this.checkGuards(context, index + 1);
      });
    }
  }

  private callHandler({ entry, connection, data, ackId }: Job): Result | Promise<Result> {
    const dto = entry.parse(payloadFrom(data, 1));
    return entry.handler(dto, connection, ackId === null ? WITHOUT_ACK : WITH_ACK);
  }

  private awaitOutcome(job: Job, outcome: Promise<Result>): void {
    this.deadlines.start(job);
    void outcome.then(
      (result) => this.finishAsync(job, () => this.succeedOrFail(job, result)),
      (error: unknown) => this.finishAsync(job, () => this.fail(job, error)),
    );
  }

  private finishAsync(job: Job, report: () => void): void {
    try {
      report();
    } finally {
      if (this.deadlines.cancel(job)) this.onConnectionFree(job.connection);
    }
  }

  /** Answers the client with a timeout and frees the connection; the later outcome of the command is ignored. */
  private readonly onDeadline = (job: Job): void => {
    this.fail(job, this.timeoutError());
    this.onConnectionFree(job.connection);
  };

  /** True after a long wait behind slow commands: the client has given up and does not expect the command to run any more. */
  private hasWaitedTooLong({ queuedAt }: Job): boolean {
    return queuedAt !== undefined && performance.now() - queuedAt > this.config.commandDeadlineMs;
  }

  private timeoutError(): AppError {
    return new AppError('TIMEOUT', `No answer within ${this.config.commandDeadlineMs} ms`);
  }

  private succeedOrFail(job: Job, result: Result): void {
    try {
      this.succeed(job, result);
    } catch (error) {
      this.fail(job, error);
    }
  }

  private succeed(job: Job, result: Result): void {
    if (job.isAnswered) return;
    // Sent before the outcome is recorded: a result that cannot be encoded throws here and is answered as an INTERNAL error.
    if (job.ackId !== null) job.acknowledge({ success: true, ...result });
    this.recordOutcome(job, 'ok');
  }

  private fail(job: Job, error: unknown): void {
    if (error === DROPPED) {
      if (this.recordOutcome(job, 'dropped')) job.acknowledge({ success: true, dropped: true });
      return;
    }
    const wire = job.isAnswered ? toWireError(error) : job.entry.filter.catch(error);
    if (this.recordOutcome(job, wire.code)) job.sendError(wire);
  }

  /** True for the first outcome of a command; every later one is ignored. */
  private recordOutcome(job: Job, outcome: string): boolean {
    if (job.isAnswered) return false;
    job.isAnswered = true;
    const tookMs = this.clock.now() - job.receivedAt;
    this.metrics.recordCommand(job.event, outcome, tookMs);
    if (tookMs > SLOW_MS)
      this.slowCommands.warn({ message: 'slow command', event: job.event, tookMs, userId: job.userId });
    return true;
  }
}
