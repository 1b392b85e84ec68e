/**
 * Further handles of a listening socket. Node accepts one connection of each handle in a turn of the event loop: with a
 * single one, a client that connects to a busy node waits as many turns as there are connections before it.
 */
import { type ChildProcess, type SendHandle, spawn } from 'node:child_process';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type ServerOpts } from 'node:net';

/** So many more are accepted per turn. */
const COPIES = 31;
/** A copy is made by sending the bare handle to another process, which accepts nothing, and back. */
const SEND_BACK = "process.on('message', (message, handle) => process.send(message, handle))";
/** Nothing is missing without them but speed: no start waits, or fails, for their sake. */
const GIVE_UP_MS = 10_000;

/** What all connections of a server have in common. */
type ConnectionSettings = Pick<ServerOpts, 'allowHalfOpen' | 'noDelay' | 'keepAlive'>;

/**
 * They are closed with the server, whose `close` waits for their connections as well.
 *
 * @param backlog that of the server: it is one socket, which takes over what the last of its handles says.
 * @returns how many could be made.
 */
export async function copyListening(server: HttpServer, backlog: number): Promise<number> {
  const handle = (server as { _handle?: SendHandle })._handle;
  const copies: Server[] = [];
  if (!handle) return 0;
  try {
    const helper = spawn(process.execPath, ['-e', SEND_BACK], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {},
      timeout: GIVE_UP_MS,
    });
    closeTogether(server, copies, helper);
    await new Promise<void>((resolve) => {
      helper.on('error', resolve).once('exit', resolve);
      helper.on('message', (_, copied) => {
        copies.push(acceptFor(server, copied, backlog));
        if (!server.listening) copies.pop()?.close();
        if (copies.length === COPIES) helper.disconnect();
      });
      // It may be gone when it is sent to.
      for (let copy = 0; copy < COPIES; copy++) helper.send({}, handle, () => undefined);
    });
  } catch {
    // This system, or a policy, knows no such thing.
  }
  return copies.length;
}

function acceptFor(server: HttpServer, handle: unknown, backlog: number): Server {
  const { allowHalfOpen, noDelay, keepAlive } = server as unknown as ConnectionSettings;
  const copy = createServer({ allowHalfOpen, noDelay, keepAlive } as ServerOpts, (socket) => {
    server.emit('connection', socket);
  });
  return copy.on('error', () => copy.close()).listen(handle, backlog);
}

function closeTogether(server: HttpServer, copies: Server[], helper: ChildProcess): void {
  const close = server.close.bind(server);
  server.close = (callback) => {
    helper.kill();
    const closed = copies.splice(0).map((copy) => new Promise((resolve) => copy.close(resolve)));
    return close((error) => void Promise.all(closed).then(() => callback?.(error)));
  };
}
