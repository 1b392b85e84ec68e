/** A proxy for PostgreSQL that refuses connections with unknown startup parameters, as PgBouncer does. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The parameters that PgBouncer accepts by default. */
const KNOWN_PARAMETERS = new Set([
  'user',
  'database',
  'application_name',
  'client_encoding',
  'DateStyle',
  'TimeZone',
  'standard_conforming_strings',
]);
const SSL_REQUEST = 80_877_103;

export class StrictPooler {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor(private readonly database: URL) {
    this.server = createServer((client) => this.accept(client));
  }

  static async inFrontOf(url: string): Promise<StrictPooler> {
    const pooler = new StrictPooler(new URL(url));
    await new Promise<void>((resolve) => pooler.server.listen(0, '127.0.0.1', resolve));
    return pooler;
  }

  get url(): string {
    const url = new URL(this.database);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private accept(client: Socket): void {
    this.track(client);
    let read = Buffer.alloc(0);
    const onData = (data: Buffer): void => {
      read = Buffer.concat([read, data]);
      if (read.length < 8 || read.length < read.readInt32BE(0)) return;
      if (read.readInt32BE(4) === SSL_REQUEST) {
        read = read.subarray(8);
        return void client.write('N');
      }
      client.off('data', onData);
      const unknown = parametersOf(read).find((name) => !KNOWN_PARAMETERS.has(name));
      if (unknown === undefined) this.forward(client, read);
      else client.end(refusal(`unsupported startup parameter: ${unknown}`));
    };
    client.on('data', onData);
  }

  private forward(client: Socket, startup: Buffer): void {
    const target = connect(Number(this.database.port), this.database.hostname);
    this.track(target);
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
    target.write(startup);
    client.pipe(target).pipe(client);
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** The names in the list of names and values that follows the length and the version. */
function parametersOf(startup: Buffer): string[] {
  const texts = startup.toString('utf8', 8, startup.readInt32BE(0)).split('\0');
  return texts.filter((text, index) => index % 2 === 0 && text !== '');
}

function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
