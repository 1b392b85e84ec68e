/**
 * Further handles of a listening socket. Node accepts one connection of each handle in a turn of the event loop: with a
 * single one, a client that connects to a busy node waits as many turns as there are connections before it.
 */
import { type ChildProcess, type SendHandle, spawn } from 'node:child_process';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type ServerOpts } from 'node:net';

/** Each copy accepts one more connection per turn of the event loop. */
export const COPIES = 31;
/** The helper process returns each handle that it receives. It gets the bare handle: a `net.Server` would accept connections there. */
const SEND_BACK = "process.on('message', (message, handle) => process.send(message, handle))";
/** The helper is killed after this time. Without copies the server works as before, only slower under a crowd of clients. */
const GIVE_UP_MS = 10_000;

/** Settings of the server that each accepted connection inherits. */
type ConnectionSettings = Pick<ServerOpts, 'allowHalfOpen' | 'noDelay' | 'keepAlive'>;

/**
 * Adds listening handles to the server. Closing the server closes them, and its callback waits for their connections.
 *
 * @param backlog the server's own: all handles share one socket, and the last `listen` sets its backlog.
 * @returns the number of copies; 0 where the system does not support them.
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
      // The helper may have exited already: a failed send is ignored.
      for (let copy = 0; copy < COPIES; copy++) helper.send({}, handle, () => undefined);
    });
  } catch {
    // Starting processes, or sending handles, is not permitted here: the server goes on with its one handle.
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
