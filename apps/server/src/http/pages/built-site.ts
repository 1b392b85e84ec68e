/** The built pages of the playground and the console: read once, kept with a compressed copy, read again after another build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface SiteFile {
  /** The extension, which decides the content type. */
  readonly type: string;
  readonly body: Buffer;
  /** Undefined for files that are compressed already, such as fonts. */
  readonly gzipped: Buffer | undefined;
  readonly etag: string;
}

const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg']);

export const PLAYGROUND_PAGE = 'index.html';
export const CONSOLE_PAGE = 'admin.html';
const PAGES = [PLAYGROUND_PAGE, CONSOLE_PAGE];

export class BuiltSite {
  private builtAt = 0;
  private assets = new Map<string, SiteFile>();
  private pages = new Map<string, SiteFile>();

  constructor(private readonly folder: string) {}

  /** False if the pages were not built, as in a server that runs from its sources. */
  get exists(): boolean {
    return existsSync(join(this.folder, PLAYGROUND_PAGE));
  }

  /** A page. In development, a build may have replaced the files since the last call. */
  page(name: string): SiteFile | undefined {
    this.refresh();
    return this.pages.get(name);
  }

  /** A file of `assets`, whose name contains a hash of its content. */
  asset(name: string): SiteFile | undefined {
    if (this.builtAt === 0) this.refresh();
    return this.assets.get(name);
  }

  private refresh(): void {
    const { mtimeMs } = statSync(join(this.folder, PLAYGROUND_PAGE), { throwIfNoEntry: false }) ?? {};
    if (mtimeMs === undefined || mtimeMs === this.builtAt) return;
    const names = readdirSync(join(this.folder, 'assets'));
    this.assets = new Map(names.map((name) => [name, readSiteFile(join(this.folder, 'assets', name))]));
    this.pages = new Map(PAGES.map((name) => [name, readSiteFile(join(this.folder, name))]));
    this.builtAt = mtimeMs;
  }
}

function readSiteFile(path: string): SiteFile {
  const body = readFileSync(path);
  const type = extname(path);
  return {
    type,
    body,
    gzipped: COMPRESSIBLE.has(type) ? gzipSync(body, { level: 9 }) : undefined,
    etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
  };
}
