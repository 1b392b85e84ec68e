/**
 * The node under attack: the built server as a process with a heap of 256 MB, limits on and default settings, on a database
 * of its own. Its memory is read from outside, as the system counts it, and after a full garbage collection.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import { until } from '../../../support/client';
import type { ServerEnvironment } from '../../../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../../../support/postgres';
import { type ServerProcess, startServerProcess } from '../../../support/server';
import { Seed } from '../../bounds/seed';
import { type Answer, ask, json } from './ask';
import type { Target } from './line';
import type { Guest } from './stage';

const SAMPLE_MS = 100;
const MEGABYTE = 1024 * 1024;
const GUESTS_PER_ADDRESS = 1;
/** CONVERSATIONS_PER_USER. */
const CONVERSATIONS = 1_000;

export class AttackedNode {
  peakMb = 0;
  private readonly sampling: NodeJS.Timeout;
  private inspector: string | undefined;

  private constructor(
    private readonly server: ServerProcess,
    private readonly database: TestDatabase,
  ) {
    this.sampling = setInterval(() => (this.peakMb = Math.max(this.peakMb, this.rssMb)), SAMPLE_MS);
  }

  static async start(environment: ServerEnvironment = {}): Promise<AttackedNode> {
    const database = await createMigratedDatabase();
    const server = await startServerProcess({
      DATABASE_URL: database.url,
      TRUSTED_PROXIES: '0',
      LOG_LEVEL: 'warn',
      // The port of the inspector is free for choice; nothing is inspected before a signal asks for it.
      NODE_OPTIONS: '--max-old-space-size=256 --inspect-port=0',
      ...environment,
    });
    return new AttackedNode(server, database);
  }

  get target(): Target {
    const { hostname, port } = new URL(this.server.url);
    return { host: hostname, port: Number(port) };
  }

  get isAlive(): boolean {
    return this.server.process.exitCode === null && this.server.process.signalCode === null;
  }

  get output(): string {
    return this.server.output();
  }

  get rssMb(): number {
    return this.isAlive ? Math.round(residentBytes(this.server.process.pid ?? 0) / MEGABYTE) : 0;
  }

  /** Waits until the sockets of the attack are gone, then collects garbage. @returns what is still resident, in MB. */
  async settledMb(): Promise<number> {
    for (let previous = Infinity, rounds = 0; rounds < 10; rounds++) {
      await this.collectGarbage();
      const now = this.rssMb;
      if (Math.abs(previous - now) <= 1) return now;
      previous = now;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return this.rssMb;
  }

  /** Guests from addresses of their own, so that limits by address do not help the node. */
  async guests(count: number, network = 2): Promise<Guest[]> {
    const made: Guest[] = [];
    for (let n = 0; n < count; n++) {
      const address = `127.0.${network}.${1 + Math.floor(n / GUESTS_PER_ADDRESS)}`;
      const answer = await ask(this.target, { method: 'POST', path: '/api/auth/guest', address, body: '{}' });
      made.push(guestOf(answer, address));
    }
    return made;
  }

  /** Guests who are in as many conversations as one may be, all in the same. */
  async members(count: number): Promise<Guest[]> {
    const made = await this.guests(count, 4);
    const sql = new Client({ connectionString: this.database.url });
    await sql.connect();
    await new Seed(sql).groups(
      made.map(({ id }) => id),
      CONVERSATIONS,
    );
    await sql.end();
    return made;
  }

  async stop(): Promise<void> {
    clearInterval(this.sampling);
    this.server.kill('SIGKILL');
    await this.server.exited;
    await this.database.drop();
  }

  // The inspector is the only way to collect garbage in a process that was started like one in production.
  private async collectGarbage(): Promise<void> {
    if (!this.isAlive) return;
    this.inspector ??= await this.openInspector();
    const socket = new WebSocket(this.inspector);
    await once(socket, 'open');
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
    await answered;
    socket.close();
    await once(socket, 'close');
  }

  private async openInspector(): Promise<string> {
    const announced = /Debugger listening on (ws:\S+)/;
    this.server.process.kill('SIGUSR1');
    await until(() => announced.test(this.output), 'the inspector listens', 60_000);
    return announced.exec(this.output)?.[1] ?? '';
  }
}

function guestOf(answer: Answer, address: string): Guest {
  const { accessToken, user } = json(answer) as { accessToken?: string; user?: { id: string } };
  if (accessToken === undefined || user === undefined) throw new Error(`no guest: ${answer.status} ${answer.body}`);
  return { id: user.id, token: accessToken, address };
}

function residentBytes(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1024;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024;
}
