/** Rejects options of Socket.IO that an application could set on a gateway but this library does not support. */
import type { ServerOptions } from 'socket.io';

const UNSUPPORTED_OPTIONS: Partial<Record<keyof ServerOptions, string>> = {
  allowEIO3: 'clients of Socket.IO 2 would get corrupted binary events',
  parser: 'events are encoded and recovered in the format of the default parser',
};

/** @throws if an unsupported option is set; the message names it with the reason. */
export function assertSupportedOptions(options: Partial<ServerOptions> | undefined): void {
  for (const [name, reason] of Object.entries(UNSUPPORTED_OPTIONS)) {
    if (options && Reflect.get(options, name))
      throw new Error(`The socket option '${name}' is not supported: ${reason}`);
  }
}
