/** Options of Socket.IO that an application could set on a gateway, and that this library cannot work with. */
import type { ServerOptions } from 'socket.io';

const UNSUPPORTED: Partial<Record<keyof ServerOptions, string>> = {
  allowEIO3: 'clients of Socket.IO 2 would get corrupted binary events',
  parser: 'events are encoded and recovered in the format of the default parser',
};

/** @throws where one of them is set, with one line that says which and why. */
export function mustBeSupported(options: Partial<ServerOptions> | undefined): void {
  for (const [name, reason] of Object.entries(UNSUPPORTED)) {
    if (options && Reflect.get(options, name))
      throw new Error(`The socket option '${name}' is not supported: ${reason}`);
  }
}
