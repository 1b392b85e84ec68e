/** A disk of a few MB that a test fills up. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './environment';

/** Containers have a memory disk of 64 MB here; elsewhere it is far too large to be filled. */
const SHARED_MEMORY = '/dev/shm';
const LARGEST_TO_FILL = 256_000_000;
const CHUNK = Buffer.alloc(64 * 1024);

export class SmallDisk {
  private constructor(
    readonly folder: string,
    private readonly isMounted: boolean,
  ) {
    chmodSync(folder, 0o755);
  }

  /** @throws where this machine lets nobody mount a disk, and has no small one. */
  static create(megabytes: number): SmallDisk {
    const folder = join(temporaryFolder(), 'disk');
    mkdirSync(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
      return new SmallDisk(folder, true);
    } catch (error) {
      const { blocks, bsize } = statfsSync(SHARED_MEMORY);
      if (blocks * bsize > LARGEST_TO_FILL)
        throw new Error(
          'This test needs a small disk: run it as a user who may mount one, or in a container with a small /dev/shm',
          { cause: error },
        );
      return new SmallDisk(mkdtempSync(join(SHARED_MEMORY, 'aeturnis-')), false);
    }
  }

  /** Leaves only so many bytes. */
  fill(leave = 0): void {
    while (this.freeBytes > leave) {
      try {
        appendFileSync(this.ballast, CHUNK.subarray(0, Math.min(CHUNK.length, this.freeBytes - leave)));
      } catch {
        return;
      }
    }
  }

  /** There is room again. */
  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  /** To be called when nothing uses the disk any more. */
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
