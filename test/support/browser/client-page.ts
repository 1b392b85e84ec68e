/** A page with the client SDK and nothing else, served from an address of its own. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '../../..');
const ENTRY = `
  export { createClient } from './libs/client/src/index';
  export { browser } from './libs/client/src/browser/browser';
`;

const HTML = '<!doctype html><title>Client</title><div id="root"></div><script src="/client.js"></script>';

export class ClientPage {
  private constructor(private readonly server: Server) {}

  /** @param more modules below `test/` whose exports the page has too. */
  static async serve(...more: string[]): Promise<ClientPage> {
    const exports = more.map((path) => `export * from './test/${path}';`);
    const bundle = await build({
      stdin: { contents: [ENTRY, ...exports].join('\n'), resolveDir: ROOT, loader: 'ts' },
      bundle: true,
      minify: true,
      format: 'iife',
      globalName: 'sdk',
      platform: 'browser',
      define: { 'process.env.NODE_ENV': '"development"' },
      write: false,
    });
    const script = bundle.outputFiles[0]?.text ?? '';
    const server = createServer((request, response) => {
      const isScript = request.url === '/client.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : HTML);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ClientPage(server);
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }
}
