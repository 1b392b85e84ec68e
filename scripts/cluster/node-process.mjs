// One node of `npm run start:cluster`: a server process that is started again a second after it has ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root, serverEntry } from '../build-if-needed.mjs';

const RESTART_AFTER_MS = 1_000;
const END_WITH_PARENT = ['--import', new URL('../end-with-parent.mjs', import.meta.url).href];

export class NodeProcess {
  /** The URL of the running process, with a port that changes with every start; undefined while it starts or has ended. */
  url;
  #child;
  #restartTimer;
  #isStopped = false;

  constructor(name, environment) {
    this.name = name;
    this.environment = { ...environment, NODE_ID: name, HOST: '127.0.0.1', PORT: '0', SOCKET_PORT: '' };
  }

  /** Resolves when the node is ready. @throws if it ends before that; it is then not started again. */
  async start() {
    // Detached: Ctrl-C reaches only the script, which then stops the nodes in order.
    const child = spawn(process.execPath, [...END_WITH_PARENT, '--enable-source-maps', serverEntry], {
      cwd: root,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    const ready = new Promise((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        createInterface({ input: stream }).on('line', (line) => {
          const url = /^ {2}API +(http:\/\/[^/\s]+)/.exec(line)?.[1];
          if (url !== undefined) resolve(url);
          if (line.trim() !== '') console.log(`${this.name}  ${line}`);
        });
    });
    const ended = once(child, 'exit');
    this.url = await Promise.race([ready, ended.then(() => undefined)]);
    if (this.url === undefined && !this.#isStopped) throw new Error(`${this.name} has ended before it was ready.`);
    void ended.then(() => this.#onEnd());
  }

  /** As Ctrl-C does; a second call hurries. */
  async stop() {
    this.#isStopped = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  /** As a crash does, without a chance to save anything. The node starts again. @returns false if it does not run. */
  kill() {
    return this.url !== undefined && this.#child.kill('SIGKILL');
  }

  #onEnd() {
    this.url = undefined;
    if (this.#isStopped) return;
    console.log(`${this.name}  has ended, and starts again`);
    this.#restartTimer = setTimeout(
      () => this.start().catch((error) => console.error(error.message)),
      RESTART_AFTER_MS,
    );
  }
}
