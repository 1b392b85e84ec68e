/**
 * Adds handles to a listening socket. Node.js accepts one connection per handle in each iteration of the event loop. With one
 * handle, a client of a busy node waits one iteration for every connection ahead of it.
 */
import { type ChildProcess, type SendHandle, spawn } from 'node:child_process';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type ServerOpts } from 'node:net';

/** Each copy accepts one more connection per iteration of the event loop. */
export const EXTRA_LISTEN_HANDLES = 31;
/** The helper process returns each handle that it receives. It gets the bare handle: a `net.Server` would accept connections there. */
const ECHO_HANDLES_SCRIPT = "process.on('message', (message, handle) => process.send(message, handle))";
/** The helper is killed after this time. Without copies the server works, but accepts bursts of connections more slowly. */
const HELPER_TIMEOUT_MS = 10_000;

/** Settings of the server that each accepted connection inherits. */
type ConnectionSettings = Pick<ServerOpts, 'allowHalfOpen' | 'noDelay' | 'keepAlive'>;

/**
 * Adds listening handles to the server. Closing the server closes them, and its callback waits for their connections.
 *
 * @param backlog the server's own: all handles share one socket, and the last `listen` sets its backlog.
 * @returns the number of copies; 0 where the system does not support them.
 */
export async function addListenHandles(server: HttpServer, backlog: number): Promise<number> {
  const handle = (server as { _handle?: SendHandle })._handle;
  const listeners: Server[] = [];
  if (!handle) return 0;
  try {
    const helper = spawn(process.execPath, ['-e', ECHO_HANDLES_SCRIPT], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {},
      timeout: HELPER_TIMEOUT_MS,
    });
    closeListenersWithServer(server, listeners, helper);
    await new Promise<void>((resolve) => {
      helper.on('error', resolve).once('exit', resolve);
      helper.on('message', (_, copied) => {
        listeners.push(createExtraListener(server, copied, backlog));
        if (!server.listening) listeners.pop()?.close();
        if (listeners.length === EXTRA_LISTEN_HANDLES) helper.disconnect();
      });
      // The helper may have exited already: a failed send is ignored.
      for (let copy = 0; copy < EXTRA_LISTEN_HANDLES; copy++) helper.send({}, handle, () => undefined);
    });
  } catch {
    // The system does not permit starting processes or sending handles: the server continues with its one handle.
  }
  return listeners.length;
}

function createExtraListener(server: HttpServer, handle: unknown, backlog: number): Server {
  const { allowHalfOpen, noDelay, keepAlive } = server as unknown as ConnectionSettings;
  const copy = createServer({ allowHalfOpen, noDelay, keepAlive } as ServerOpts, (socket) => {
    server.emit('connection', socket);
  });
  return copy.on('error', () => copy.close()).listen(handle, backlog);
}

function closeListenersWithServer(server: HttpServer, listeners: Server[], helper: ChildProcess): void {
  const close = server.close.bind(server);
  server.close = (callback) => {
    helper.kill();
    const closed = listeners.splice(0).map((copy) => new Promise((resolve) => copy.close(resolve)));
    return close((error) => void Promise.all(closed).then(() => callback?.(error)));
  };
}
