/** Starts attackers and bystanders in processes of their own, so that their work does not delay the node or the test. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';

const LOADER = join(__dirname, '..', '..', '..', 'support', 'typescript.cjs');
const ATTACKER_NICENESS = 10;
const running = new Set<AttackProcess>();

export class AttackProcess {
  private readonly ended: Promise<never>;
  private readonly pending: ((message: unknown) => void)[] = [];

  private constructor(private readonly child: ChildProcess) {
    running.add(this);
    this.ended = new Promise((_, reject) =>
      child.once('exit', (code) => reject(new Error(`the attack process exited: ${String(code)}`))),
    );
    this.ended.catch(() => undefined);
    child.on('message', (message) => this.pending.shift()?.(message));
  }

  static start(name: 'attacker' | 'bystander'): AttackProcess {
    const path = join(__dirname, 'programs', `${name}.ts`);
    const child = fork(path, [], { execArgv: ['-r', LOADER], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    // Real attackers have machines of their own. Here the node and the bystander have priority.
    if (name === 'attacker' && child.pid !== undefined) setPriority(child.pid, getPriority() + ATTACKER_NICENESS);
    return new AttackProcess(child);
  }

  /** @returns the next message of the process. @throws when the process exits instead. */
  message(): Promise<unknown> {
    return Promise.race([new Promise((resolve) => this.pending.push(resolve)), this.ended]);
  }

  async ask(order: object | string): Promise<unknown> {
    const answer = this.message();
    this.child.send(order);
    return answer;
  }

  async stop(): Promise<void> {
    running.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

/** For `afterAll`: no test leaves a process behind. */
export async function stopAttackProcesses(): Promise<void> {
  await Promise.all([...running].map((program) => program.stop()));
}
