/** Ordered shutdown: notifies and closes clients, flushes state, closes the application, and closes the pools last. */
import { Injectable, Logger } from '@nestjs/common';

type ShutdownPhase = 'clients' | 'state' | 'pools';

/** A shutdown task. A second signal to the process aborts `hurry`: the task then skips waiting, but never saving. */
type ShutdownTask = (hurry: AbortSignal) => Promise<void>;

/** How administrators end the process of this node. */
export interface ProcessOwner {
  /** As SIGTERM does: the shutdown runs, and the process exits. */
  drain(): void;
  /** At once, without a shutdown. */
  kill(): void;
}

interface NamedTask {
  readonly name: string;
  readonly task: ShutdownTask;
}

/**
 * Per phase, for all of its tasks together. The pools also get what earlier phases have left of their time: stopping an
 * embedded PostgreSQL takes long on a busy machine. In all below a minute, the grace period after which platforms kill a process.
 */
const TIME_LIMIT_MS = { clients: 30_000, state: 12_000, application: 5_000, pools: 7_000 };
/** Minimum time of each task, so that it can save its state even if the tasks before it took the whole time of the phase. */
const MIN_TASK_MS = 500;

@Injectable()
export class Shutdown {
  private readonly logger = new Logger(Shutdown.name);
  private readonly tasks: Record<ShutdownPhase, NamedTask[]> = { clients: [], state: [], pools: [] };
  private readonly hurryController = new AbortController();
  private running: Promise<void> | null = null;
  /** Set by the program that owns the process; undefined in tests and in programs that run other things too. */
  owner: ProcessOwner | undefined;

  /** True from the first signal on: readiness fails and handshakes are refused. */
  get isDraining(): boolean {
    return this.running !== null;
  }

  register(phase: ShutdownPhase, name: string, task: ShutdownTask): void {
    this.tasks[phase].push({ name, task });
  }

  /** Runs the shutdown once. A second call aborts `hurry` and waits for the first. */
  run(closeApplication: ShutdownTask): Promise<void> {
    if (this.running) this.hurryController.abort();
    return (this.running ??= this.runInOrder(closeApplication));
  }

  private async runInOrder(closeApplication: ShutdownTask): Promise<void> {
    const application = [{ name: 'application', task: closeApplication }];
    let latestEnd = performance.now();
    for (const phase of ['clients', 'state', 'application', 'pools'] as const) {
      const ownEnd = performance.now() + TIME_LIMIT_MS[phase];
      latestEnd += TIME_LIMIT_MS[phase];
      const end = phase === 'pools' ? Math.max(ownEnd, latestEnd) : ownEnd;
      await this.runTasks(phase === 'application' ? application : this.tasks[phase], end);
    }
  }

  /** Runs tasks in reverse order of registration: a task registered later may depend on an earlier one. */
  private async runTasks(tasks: readonly NamedTask[], end: number): Promise<void> {
    for (const { name, task } of tasks.toReversed()) {
      const remainingMs = Math.max(MIN_TASK_MS, Math.round(end - performance.now()));
      await this.runBounded(name, remainingMs, () => task(this.hurryController.signal));
    }
  }

  private async runBounded(name: string, limitMs: number, work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
    });
    try {
      await Promise.race([work(), timeout]);
    } catch (error) {
      this.logger.error({ message: `shutdown of ${name} failed; the shutdown continues without it`, error });
    } finally {
      clearTimeout(timer);
    }
  }
}
