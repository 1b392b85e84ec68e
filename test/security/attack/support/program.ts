/** Starts attackers and bystanders as processes of their own: what they compute does not delay the node or the test. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';

const LOADER = join(__dirname, '..', '..', '..', 'support', 'typescript.cjs');
const ATTACKER_NICENESS = 10;
const running = new Set<Program>();

export class Program {
  private readonly ended: Promise<never>;
  private readonly asked: ((message: unknown) => void)[] = [];

  private constructor(private readonly child: ChildProcess) {
    running.add(this);
    this.ended = new Promise((_, reject) =>
      child.once('exit', (code) => reject(new Error(`the program ended with ${String(code)}`))),
    );
    this.ended.catch(() => undefined);
    child.on('message', (message) => this.asked.shift()?.(message));
  }

  static start(name: 'attacker' | 'bystander'): Program {
    const path = join(__dirname, 'programs', `${name}.ts`);
    const child = fork(path, [], { execArgv: ['-r', LOADER], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    // Real attackers have machines of their own: here the node and the bystander come first.
    if (name === 'attacker' && child.pid !== undefined) setPriority(child.pid, getPriority() + ATTACKER_NICENESS);
    return new Program(child);
  }

  /** The next message of the program. @throws where it ends instead. */
  message(): Promise<unknown> {
    return Promise.race([new Promise((resolve) => this.asked.push(resolve)), this.ended]);
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
export async function stopPrograms(): Promise<void> {
  await Promise.all([...running].map((program) => program.stop()));
}
