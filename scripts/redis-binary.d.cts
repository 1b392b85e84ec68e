/** Types of `redis-binary.cjs`, for the tests. */
export interface RedisBinary {
  command: string;
  /** Arguments before those of redis-server itself. */
  leadingArgs: (port: number) => string[];
  env: NodeJS.ProcessEnv;
  /** The name of the container that listens on a port; undefined if redis-server is a child process. */
  container?: (port: number) => string;
}

/** @throws an error that says what to install. */
export function findRedis(): Promise<RedisBinary>;

/** Finds a program in the folders of PATH, then in `folders`. */
export function findOnPath(name: string, ...folders: string[]): string | undefined;
