/**
 * The node under attack: the built server as a process with a heap of 256 MB, default settings (limits included) and a database
 * of its own. The operating system reports its resident memory: the peak at any time, and the rest after full garbage collections.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import { waitUntil } from '../../../support/clients/client';
import type { ServerEnvironment } from '../../../support/environment';
import { createMigratedDatabase, type TestDatabase } from '../../../support/databases/postgres';
import { type ServerProcess, startServerProcess } from '../../../support/servers/server';
import { Seed } from '../../bounds/seed';
import { type AttackResponse, sendRawHttpRequest, parseJsonBody } from './http-request';
import type { AttackTarget } from './raw-connection';
import type { AttackingGuest } from './attack-context';

const SAMPLE_MS = 100;
const MEGABYTE = 1024 * 1024;
/** The default of CONVERSATIONS_PER_USER. */
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
      // The limits count the loopback address that each connection comes from.
      TRUSTED_PROXIES: '0',
      LOG_LEVEL: 'warn',
      // The inspector takes any free port, and starts only on SIGUSR1.
      NODE_OPTIONS: '--max-old-space-size=256 --inspect-port=0',
      ...environment,
    });
    return new AttackedNode(server, database);
  }

  get target(): AttackTarget {
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

  /** Collects garbage until the memory is stable. @returns the resident memory, in MB. */
  async stableRssMb(): Promise<number> {
    for (let previous = Infinity, rounds = 0; rounds < 10; rounds++) {
      await this.collectGarbage();
      const now = this.rssMb;
      if (Math.abs(previous - now) <= 1) return now;
      previous = now;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return this.rssMb;
  }

  /** Guests with an address each, 127.0.`network`.n, so that limits per address do not protect the node. */
  async guests(count: number, network = 2): Promise<AttackingGuest[]> {
    const guests: AttackingGuest[] = [];
    for (let n = 0; n < count; n++) {
      const address = `127.0.${network}.${1 + n}`;
      const answer = await sendRawHttpRequest(this.target, {
        method: 'POST',
        path: '/api/auth/guest',
        address,
        body: '{}',
      });
      guests.push(guestOf(answer, address));
    }
    return guests;
  }

  /** Guests that are all members of the same groups, as many as a user may have conversations. */
  async members(count: number): Promise<AttackingGuest[]> {
    const members = await this.guests(count, 4);
    const sql = new Client({ connectionString: this.database.url });
    await sql.connect();
    await new Seed(sql).groups(
      members.map(({ id }) => id),
      CONVERSATIONS,
    );
    await sql.end();
    return members;
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
    await waitUntil(() => announced.test(this.output), 'the inspector listens', 60_000);
    return announced.exec(this.output)?.[1] ?? '';
  }
}

function guestOf(answer: AttackResponse, address: string): AttackingGuest {
  const { accessToken, user } = parseJsonBody(answer) as { accessToken?: string; user?: { id: string } };
  if (accessToken === undefined || user === undefined)
    throw new Error(`no guest was created: ${answer.status} ${answer.body}`);
  return { id: user.id, token: accessToken, address };
}

function residentBytes(pid: number): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1024;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024;
}
