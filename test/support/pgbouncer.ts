/** The real PgBouncer, in transaction mode, before a database: with the settings that docs/operations.md recommends. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from './environment';
import { freePort } from './free-port';
import { onPath } from './redis-binary';
import { whenProcessDies } from './watchdog';

const PAGE = resolve(__dirname, '../../docs/operations.md');
/** What the page calls the database; clients ask PgBouncer for it by this name. */
const DATABASE = 'aeturnis';
/** The first version that can keep prepared statements over a change of its connection to PostgreSQL. */
const KEEPS_PREPARED = { major: 1, minor: 21 };

/** Ends with the process that started it, however that ends. */
export class PgBouncer {
  private child: ChildProcess | undefined;
  private forget: (() => void) | undefined;

  private constructor(
    private readonly target: URL,
    private readonly port: number,
    private readonly iniFile: string,
    /** Whether prepared statements survive in it. */
    readonly keepsPrepared: boolean,
  ) {}

  /**
   * @param poolSize how many connections to PostgreSQL all clients of one user share.
   * @param keepPrepared has it keep prepared statements, where the version that is installed can do that.
   */
  static async before(databaseUrl: string, poolSize: number, keepPrepared = false): Promise<PgBouncer> {
    const target = new URL(databaseUrl);
    const [folder, port] = [temporaryFolder(), await freePort()];
    const userList = join(folder, 'userlist.txt');
    writeFileSync(userList, `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    const iniFile = join(folder, 'pgbouncer.ini');
    const ini = withValues(sampleIni(), {
      [DATABASE]: `host=${target.hostname} port=${target.port} dbname=${target.pathname.slice(1)}`,
      listen_port: String(port),
      auth_file: userList,
      default_pool_size: String(poolSize),
    });
    // Without a socket in a folder that other programs use.
    const more = ['unix_socket_dir ='];
    if (canKeepPrepared()) more.push(`max_prepared_statements = ${keepPrepared ? 100 : 0}`);
    writeFileSync(iniFile, `${ini}\n${more.join('\n')}\n`);
    const bouncer = new PgBouncer(target, port, iniFile, keepPrepared && canKeepPrepared());
    await bouncer.start();
    return bouncer;
  }

  /** Of the database, through it. */
  get url(): string {
    const url = new URL(this.target);
    [url.host, url.pathname] = [`127.0.0.1:${this.port}`, DATABASE];
    return url.href;
  }

  /** Kills it: all connections break. Does nothing when it is stopped already. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** On the same port as before. */
  async start(): Promise<void> {
    // It refuses to run as root, and knows the user to become.
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn(findPgBouncer(), [...user, this.iniFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.on('exit', () => {
      this.child = undefined;
      this.forget?.();
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
      this.forget = whenProcessDies(`kill -KILL ${child.pid}`);
    });
  }
}

/** @throws Error that says what to install. */
function findPgBouncer(): string {
  // Debian puts it where only the PATH of root leads.
  const found = onPath('pgbouncer', '/usr/sbin', '/usr/local/sbin');
  if (found === undefined)
    throw new Error(
      'The tests need PgBouncer and found none. Install it (Debian: apt-get install pgbouncer; macOS: brew install pgbouncer).',
    );
  return found;
}

function canKeepPrepared(): boolean {
  const version = execFileSync(findPgBouncer(), ['--version'], { encoding: 'utf8' });
  const [major, minor] = (/PgBouncer (\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  if (major === undefined || minor === undefined)
    throw new Error(`this PgBouncer does not tell its version: ${version}`);
  return major > KEEPS_PREPARED.major || (major === KEEPS_PREPARED.major && minor >= KEEPS_PREPARED.minor);
}

/** The file that the page tells operators to begin with. */
function sampleIni(): string {
  const sample = /```ini\n([^`]*)```/.exec(readFileSync(PAGE, 'utf8'))?.[1];
  if (sample === undefined) throw new Error(`${PAGE} has no sample of a pgbouncer.ini`);
  return sample;
}

function withValues(ini: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name} = .*$`, 'm');
    if (!line.test(text)) throw new Error(`${PAGE}: the sample of a pgbouncer.ini does not set ${name}`);
    return text.replace(line, `${name} = ${value}`);
  }, ini);
}
