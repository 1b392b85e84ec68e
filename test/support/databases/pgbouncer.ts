/** Runs PgBouncer in transaction mode in front of a database, with the settings that docs/operations.md recommends. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createTemporaryFolder } from '../environment';
import { freePort } from '../free-port';
import { findOnPath } from '../../../scripts/redis-binary.cjs';
import { runOnProcessDeath } from '../watchdog';

const OPERATIONS_PAGE = resolve(__dirname, '../../../docs/operations.md');
/** The database name in the sample configuration of that page. */
const DATABASE = 'aeturnis';
/** The first version that supports prepared statements in transaction mode. */
const PREPARED_STATEMENTS_SINCE = { major: 1, minor: 21 };

/** Ends with the process that started it, even if that is killed. */
export class PgBouncer {
  private child: ChildProcess | undefined;
  private cancelWatchdog: (() => void) | undefined;

  private constructor(
    private readonly target: URL,
    private readonly port: number,
    private readonly iniFile: string,
    /** Whether it supports prepared statements. */
    readonly keepsPrepared: boolean,
  ) {}

  /**
   * @param poolSize the number of connections to PostgreSQL that all clients of one user share.
   * @param keepPrepared enables prepared statements, if the installed version supports them.
   */
  static async inFrontOf(databaseUrl: string, poolSize: number, keepPrepared = false): Promise<PgBouncer> {
    const target = new URL(databaseUrl);
    const [folder, port] = [createTemporaryFolder(), await freePort()];
    const userList = join(folder, 'userlist.txt');
    writeFileSync(userList, `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    const iniFile = join(folder, 'pgbouncer.ini');
    const ini = withValues(sampleIni(), {
      [DATABASE]: `host=${target.hostname} port=${target.port} dbname=${target.pathname.slice(1)}`,
      listen_port: String(port),
      auth_file: userList,
      default_pool_size: String(poolSize),
    });
    // No Unix socket, which would be in a shared folder.
    const extraLines = ['unix_socket_dir ='];
    if (canKeepPrepared()) extraLines.push(`max_prepared_statements = ${keepPrepared ? 100 : 0}`);
    writeFileSync(iniFile, `${ini}\n${extraLines.join('\n')}\n`);
    const bouncer = new PgBouncer(target, port, iniFile, keepPrepared && canKeepPrepared());
    await bouncer.start();
    return bouncer;
  }

  /** The URL of the database through PgBouncer. */
  get url(): string {
    const url = new URL(this.target);
    [url.host, url.pathname] = [`127.0.0.1:${this.port}`, DATABASE];
    return url.href;
  }

  /** Kills PgBouncer, which breaks all connections. Does nothing if it is stopped. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Starts PgBouncer, always on the same port. */
  async start(): Promise<void> {
    // PgBouncer refuses to run as root; `-u` makes it switch users.
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn(findPgBouncer(), [...user, this.iniFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.on('exit', () => {
      this.child = undefined;
      this.cancelWatchdog?.();
    });
    const output: string[] = [];
    await new Promise<void>((started, failed) => {
      child.on('error', failed);
      child.on('exit', () => failed(new Error(`pgbouncer did not start:\n${output.join('\n')}`)));
      createInterface({ input: child.stderr }).on('line', (line) => {
        output.push(line);
        if (line.includes('process up')) started();
      });
      this.child = child;
      this.cancelWatchdog = runOnProcessDeath(`kill -KILL ${child.pid}`);
    });
  }
}

/** @throws an error that says what to install. */
function findPgBouncer(): string {
  // Debian installs it in a folder that only the PATH of root contains.
  const found = findOnPath('pgbouncer', '/usr/sbin', '/usr/local/sbin');
  if (found === undefined)
    throw new Error(
      'The tests need PgBouncer and found none. Install it (Debian: apt-get install pgbouncer; macOS: brew install pgbouncer).',
    );
  return found;
}

function canKeepPrepared(): boolean {
  const version = execFileSync(findPgBouncer(), ['--version'], { encoding: 'utf8' });
  const [major, minor] = (/PgBouncer (\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  if (major === undefined || minor === undefined) throw new Error(`cannot parse the PgBouncer version: ${version}`);
  return (
    major > PREPARED_STATEMENTS_SINCE.major ||
    (major === PREPARED_STATEMENTS_SINCE.major && minor >= PREPARED_STATEMENTS_SINCE.minor)
  );
}

/** The sample configuration of the operations page. */
function sampleIni(): string {
  const sample = /```ini\n([^`]*)```/.exec(readFileSync(OPERATIONS_PAGE, 'utf8'))?.[1];
  if (sample === undefined) throw new Error(`${OPERATIONS_PAGE} has no sample of a pgbouncer.ini`);
  return sample;
}

function withValues(ini: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name} = .*$`, 'm');
    if (!line.test(text)) throw new Error(`${OPERATIONS_PAGE}: the sample of a pgbouncer.ini does not set ${name}`);
    return text.replace(line, `${name} = ${value}`);
  }, ini);
}
