/** Runs one command: guards, payload, handler, and one answer, whatever happens: done, refused, invalid, crashed or too slow. */
import { Logger } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { type AppConfig, FailureLog, inItsCorrelation } from '@aeturnis/platform';
import type { Clock } from '../clock';
import type { Connection } from '../connections/connection';
import { Deadlines } from '../deadlines';
import { DROPPED } from '../limits/dropped';
import type { SocketMetrics } from '../metrics/socket-metrics';
import { CommandContext } from './command-context';
import type { CommandJob } from './command-job';
import type { CommandRequest } from './handles.decorator';
import { isPromise } from './maybe-promise';
import { payloadFrom } from './payload-shape';
import { toWireError } from './wire-error';

const SLOW_MS = 500;
const ACKED: CommandRequest = { acked: true };
const UNACKED: CommandRequest = { acked: false };

type Job = CommandJob<Connection>;
type Result = object | undefined;

export class CommandRunner {
  private readonly logger = new Logger('Commands');
  private readonly slowCommands = new FailureLog(this.logger);
  private readonly deadlines: Deadlines<Job>;

  /** `freed` hears of a connection whose command did not end at once, when the next one may run. */
  constructor(
    private readonly config: Pick<AppConfig, 'commandDeadlineMs'>,
    private readonly clock: Clock,
    private readonly metrics: SocketMetrics,
    private readonly freed: (connection: Connection) => void,
  ) {
    this.deadlines = new Deadlines(config.commandDeadlineMs, (job) => inItsCorrelation(job, this.tooLate));
  }

  /** Makes no promise where nothing is awaited. @returns whether the command is over. Throws nothing that it threw. */
  run(job: Job): boolean {
    return inItsCorrelation(job, this.begin);
  }

  private readonly begin = (job: Job): boolean => {
    if (this.hasWaitedTooLong(job)) {
      this.fail(job, this.timeout());
      return true;
    }
    try {
      const outcome = this.execute(job);
      if (isPromise(outcome)) {
        this.follow(job, outcome);
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
    // Limits come first: being refused for its shape is not free either.
    const passing = this.pass(context, 0);
    return isPromise(passing) ? (passing as Promise<void>).then(() => this.handle(job)) : this.handle(job);
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

  private handle({ entry, connection, data, ackId }: Job): Result | Promise<Result> {
    const dto = entry.read(payloadFrom(data, 1));
    return entry.handler(dto, connection, ackId === null ? UNACKED : ACKED);
  }

  private follow(job: Job, outcome: Promise<Result>): void {
    this.deadlines.begin(job);
    void outcome.then(
      (result) => this.settled(job, () => this.conclude(job, result)),
      (error: unknown) => this.settled(job, () => this.fail(job, error)),
    );
  }

  private settled(job: Job, tell: () => void): void {
    try {
      tell();
    } finally {
      if (this.deadlines.end(job)) this.freed(job.connection);
    }
  }

  /** The client is told and the next command may run; a late outcome changes nothing any more for it. */
  private readonly tooLate = (job: Job): void => {
    this.fail(job, this.timeout());
    this.freed(job.connection);
  };

  /** Behind slow commands of its connection. Its client has given up, and would not expect that it is still carried out. */
  private hasWaitedTooLong({ waitsSince }: Job): boolean {
    return waitsSince !== undefined && performance.now() - waitsSince > this.config.commandDeadlineMs;
  }

  private timeout(): AppError {
    return new AppError('TIMEOUT', `No answer within ${this.config.commandDeadlineMs} ms`);
  }

  private conclude(job: Job, result: Result): void {
    try {
      this.succeed(job, result);
    } catch (error) {
      this.fail(job, error);
    }
  }

  private succeed(job: Job, result: Result): void {
    if (job.answered) return;
    // Handed over first: a result that cannot be encoded throws here, and is then answered as the fault it is.
    if (job.ackId !== null) job.acknowledge({ success: true, ...result });
    this.answer(job, 'ok');
  }

  private fail(job: Job, error: unknown): void {
    if (error === DROPPED) {
      if (this.answer(job, 'dropped')) job.acknowledge({ success: true, dropped: true });
      return;
    }
    const wire = job.answered ? toWireError(error) : job.entry.filter.catch(error);
    if (this.answer(job, wire.code)) job.tell(wire);
  }

  /** True for the first outcome of a command; every later one is ignored. */
  private answer(job: Job, outcome: string): boolean {
    if (job.answered) return false;
    job.answered = true;
    const tookMs = this.clock.now() - job.receivedAt;
    this.metrics.command(job.event, outcome, tookMs);
    if (tookMs > SLOW_MS)
      this.slowCommands.warn({ message: 'slow command', event: job.event, tookMs, userId: job.userId });
    return true;
  }
}
