/** A file system of a few MB that a test can fill. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryFolder } from '../environment';

/** Containers have a tmpfs of 64 MB here; on other machines it is too large to be filled. */
const SHARED_MEMORY = '/dev/shm';
const MAX_BYTES_TO_FILL = 256_000_000;
const CHUNK = Buffer.alloc(64 * 1024);

export class SmallDisk {
  private constructor(
    readonly folder: string,
    private readonly isMounted: boolean,
  ) {
    chmodSync(folder, 0o755);
  }

  /** @throws if this process may not mount a file system and the machine has no small one. */
  static create(megabytes: number): SmallDisk {
    const folder = join(createTemporaryFolder(), 'disk');
    mkdirSync(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
      return new SmallDisk(folder, true);
    } catch (error) {
      const { blocks, bsize } = statfsSync(SHARED_MEMORY);
      if (blocks * bsize > MAX_BYTES_TO_FILL)
        throw new Error(
          'This test needs a small disk: run it as a user who may mount one, or in a container with a small /dev/shm',
          { cause: error },
        );
      return new SmallDisk(mkdtempSync(join(SHARED_MEMORY, 'aeturnis-')), false);
    }
  }

  /** Fills the disk up to this many free bytes. */
  fill(bytesToLeave = 0): void {
    while (this.freeBytes > bytesToLeave) {
      try {
        appendFileSync(this.ballast, CHUNK.subarray(0, Math.min(CHUNK.length, this.freeBytes - bytesToLeave)));
      } catch {
        return;
      }
    }
  }

  /** Frees the filled space. */
  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  /** Removes the disk. No process may use it any more. */
  remove(): void {
    if (this.isMounted) execFileSync('umount', [this.folder], { stdio: 'pipe' });
    else rmSync(this.folder, { recursive: true, force: true });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }

  private get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }
}
