/**
 * Further handles of a listening socket. Node accepts one connection of each handle in a turn of the event loop: with a
 * single one, a client that connects to a busy node waits as many turns as there are connections before it.
 */
import { type ChildProcess, type SendHandle, spawn } from 'node:child_process';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';

/** So many more are accepted per turn. */
const COPIES = 31;
/** A copy is made by sending the bare handle to another process, which accepts nothing, and back. */
const SEND_BACK = "process.on('message', (message, handle) => process.send(message, handle))";
/** Nothing is missing without them but speed: no start waits, or fails, for their sake. */
const GIVE_UP_MS = 10_000;

/**
 * They are closed with the server.
 *
 * @param backlog that of the server: it is one socket, which takes over what the last of its handles says.
 * @returns how many could be made.
 */
export function copyListening(server: HttpServer, backlog: number): Promise<number> {
  const handle = (server as { _handle?: SendHandle })._handle;
  if (!handle) return Promise.resolve(0);
  const copies: Server[] = [];
  return new Promise((resolve) => {
    const helper = spawn(process.execPath, ['-e', SEND_BACK], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {},
      timeout: GIVE_UP_MS,
    });
    closeTogether(server, copies, helper);
    // It may be gone when it is sent to.
    const ignore = (): void => undefined;
    helper.on('error', ignore);
    const add = (copied: unknown): void => {
      const copy = createServer((socket: Socket) => void server.emit('connection', socket)).listen(copied, backlog);
      if (server.listening) copies.push(copy);
      else copy.close();
    };
    let made = 0;
    helper.on('message', (_, copied) => {
      add(copied);
      if (++made === COPIES) helper.disconnect();
    });
    helper.once('exit', () => resolve(copies.length));
    for (let copy = 0; copy < COPIES; copy++) helper.send({}, handle, ignore);
  });
}

function closeTogether(server: HttpServer, copies: Server[], helper: ChildProcess): void {
  const close = server.close.bind(server);
  server.close = (callback) => {
    helper.kill();
    for (const copy of copies.splice(0)) copy.close();
    return close(callback);
  };
}
