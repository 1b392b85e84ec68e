/** Ends the process in order: clients are told and sent away, state is flushed, the application closes, pools close last. */
import { Injectable, Logger } from '@nestjs/common';

export type ShutdownPhase = 'clients' | 'state' | 'pools';

/** Work at the end. `hurry` is aborted by a second signal: skip waiting, never skip saving. */
export type ShutdownTask = (hurry: AbortSignal) => Promise<void>;

/** For all tasks of a phase together: 55 s in all, so that a platform that waits for a minute need not kill the process. */
const BOUND_MS = { clients: 30_000, state: 12_000, application: 5_000, pools: 5_000 };
/** What a task gets at least: each may save what it has, however long those before it took. */
const TASK_MS = 500;

@Injectable()
export class Shutdown {
  private readonly logger = new Logger(Shutdown.name);
  private readonly tasks: Record<ShutdownPhase, { name: string; task: ShutdownTask }[]> = {
    clients: [],
    state: [],
    pools: [],
  };
  private readonly hurrying = new AbortController();
  private running: Promise<void> | null = null;

  /** True from the first signal on; readiness fails and handshakes are refused. */
  get draining(): boolean {
    return this.running !== null;
  }

  register(phase: ShutdownPhase, name: string, task: ShutdownTask): void {
    this.tasks[phase].push({ name, task });
  }

  /** Runs everything once; a second call hurries the first and waits for it. */
  run(closeApplication: ShutdownTask): Promise<void> {
    if (this.running) this.hurrying.abort();
    return (this.running ??= this.inOrder(closeApplication));
  }

  private async inOrder(closeApplication: ShutdownTask): Promise<void> {
    await this.phase('clients');
    await this.phase('state');
    await this.guarded('application', BOUND_MS.application, () => closeApplication(this.hurrying.signal));
    await this.phase('pools');
  }

  /** Tasks of one phase run one after the other, in the reverse order of registration: what came last depends on the earlier. */
  private async phase(phase: ShutdownPhase): Promise<void> {
    const end = performance.now() + BOUND_MS[phase];
    for (const { name, task } of this.tasks[phase].toReversed()) {
      const leftMs = Math.max(TASK_MS, Math.round(end - performance.now()));
      await this.guarded(name, leftMs, () => task(this.hurrying.signal));
    }
  }

  private async guarded(name: string, boundMs: number, work: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${boundMs} ms`)), boundMs);
    });
    try {
      await Promise.race([work(), bound]);
    } catch (error) {
      this.logger.error({ message: `shutdown of ${name} failed`, error });
    } finally {
      clearTimeout(timer);
    }
  }
}
