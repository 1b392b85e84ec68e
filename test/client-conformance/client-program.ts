/** A client program under test: takes instructions and reports observations, within bounds, and leaves no process behind. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { runOnProcessDeath } from '../support/watchdog';
import { killCommandFor, MARKER_VARIABLE } from './client-processes';
import { type ClientReport, type Instruction, parseReport, type ReportName, type ReportNamed } from './client-protocol';

const MAX_LINE_CHARS = 256 * 1024;
const MAX_OUTPUT_CHARS = 8 * 1024 * 1024;
const KEPT_STDERR_CHARS = 8 * 1024;
const SHOWN_STDERR_CHARS = 400;
const MAX_TOKEN_REQUESTS = 20;
const execute = promisify(execFile);

/** What the client did, or did not do, as the line of a failed step says it. */
export class ClientFault extends Error {}

export class ClientProgram {
  readonly reports: ClientReport[] = [];
  readonly instructions: Instruction[] = [];
  /** Answers each `token-needed`, at once. */
  freshToken: () => string = () => '';
  private fault: ClientFault | undefined;
  private readonly waiters = new Set<() => void>();
  private rest = '';
  private outputChars = 0;
  private stderr = '';

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly exited: Promise<void>,
    private readonly killCommand: string | undefined,
    private readonly cancelWatchdog: () => void,
  ) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.readOutput(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-KEPT_STDERR_CHARS);
    });
    // The program may end before it has read everything.
    child.stdin.on('error', () => undefined);
  }

  /** @param command a program and its arguments; a single one with spaces is run by the shell. */
  static start(command: readonly string[], env: Record<string, string>, cwd: string): ClientProgram {
    const [program = '', ...args] = command.length === 1 ? ['/bin/sh', '-c', command[0] ?? ''] : command;
    // In a process group of its own, so that its child processes end with it.
    const marker = randomUUID();
    const marked = { ...process.env, ...env, [MARKER_VARIABLE]: marker };
    const child = spawn(program, args, { cwd, env: marked, detached: true });
    const { pid } = child;
    const killCommand = pid === undefined ? undefined : killCommandFor(pid, marker);
    const cancel = killCommand === undefined ? (): void => undefined : runOnProcessDeath(killCommand);
    let onExit = (): void => undefined;
    const exited = new Promise<void>((resolve) => (onExit = resolve));
    const started = new ClientProgram(child, exited, killCommand, cancel);
    child.once('error', ({ message }) => {
      started.fail(`could not be started: ${message}`);
      onExit();
    });
    child.once('exit', (code, signal) => {
      started.fail(`ended with ${signal ?? `code ${code}`} before the step was over${started.lastWords}`);
      onExit();
    });
    return started;
  }

  instruct(instruction: Instruction): void {
    this.instructions.push(instruction);
    this.child.stdin.write(`${JSON.stringify(instruction)}\n`);
  }

  /** Resolves when the condition holds for what was reported. @throws ClientFault after the deadline. */
  waitUntil(condition: () => boolean, expected: string, deadlineMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.waiters.delete(check);
        if (error) reject(error);
        else resolve();
      };
      const check = (): void => {
        if (this.fault) end(new ClientFault(`expected ${expected}, but the client ${this.fault.message}`));
        else if (condition()) end();
      };
      const timer = setTimeout(
        () => end(new ClientFault(`expected ${expected}, got ${this.latest} within ${deadlineMs / 1000} s`)),
        deadlineMs,
      );
      this.waiters.add(check);
      check();
    });
  }

  all<Name extends ReportName>(name: Name): ReportNamed<Name>[] {
    return this.reports.filter((report): report is ReportNamed<Name> => report.is === name);
  }

  /** The first report of this name that matches, past or future. */
  async next<Name extends ReportName>(
    name: Name,
    deadlineMs: number,
    matches: (report: ReportNamed<Name>) => boolean = () => true,
    expected: string = name,
  ): Promise<ReportNamed<Name>> {
    const find = (): ReportNamed<Name> | undefined => this.all(name).find(matches);
    await this.waitUntil(() => find() !== undefined, expected, deadlineMs);
    return find() as ReportNamed<Name>;
  }

  /** Kills the program with all that it has started. */
  async stop(): Promise<void> {
    this.fault ??= new ClientFault('was stopped');
    // Its exit code says nothing: the processes may have ended by themselves.
    if (this.killCommand !== undefined) await execute('/bin/sh', ['-c', this.killCommand]).catch(() => undefined);
    await this.exited;
    this.cancelWatchdog();
  }

  private readOutput(text: string): void {
    if (this.fault) return;
    this.outputChars += text.length;
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    if (this.outputChars > MAX_OUTPUT_CHARS) return this.fail(`printed more than ${MAX_OUTPUT_CHARS / 1024 ** 2} MiB`);
    if (this.rest.length > MAX_LINE_CHARS) return this.fail(`printed a line of more than ${MAX_LINE_CHARS / 1024} KiB`);
    for (const line of lines) this.readLine(line);
    for (const check of this.waiters) check();
  }

  private readLine(line: string): void {
    if (line.trim() === '' || this.fault) return;
    try {
      const report = parseReport(line);
      this.reports.push(report);
      if (report.is === 'token-needed') this.answerTokenRequest();
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  private answerTokenRequest(): void {
    if (this.all('token-needed').length > MAX_TOKEN_REQUESTS)
      return this.fail(`asked for more than ${MAX_TOKEN_REQUESTS} tokens`);
    this.instruct({ do: 'token', token: this.freshToken() });
  }

  private fail(what: string): void {
    this.fault ??= new ClientFault(what);
    this.child.stdout.destroy();
    for (const check of this.waiters) check();
  }

  private get latest(): string {
    const latest = this.reports.at(-1);
    const text = latest ? `${this.reports.length} reports, the latest of them ${JSON.stringify(latest)}` : 'nothing';
    return text.length > 200 ? `${text.slice(0, 200)}…` : text;
  }

  private get lastWords(): string {
    // Without the indented lines of stack traces.
    const lines = this.stderr.split('\n').filter((line) => /^\S/.test(line));
    return lines.length === 0 ? '' : `; stderr: ${lines.join(' ').slice(-SHOWN_STDERR_CHARS)}`;
  }
}
