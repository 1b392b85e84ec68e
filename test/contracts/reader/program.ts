/** Compiles sources of this repository in memory, for readers of their types. */
import { join } from 'node:path';
import ts from 'typescript';

export const ROOT = join(__dirname, '../../..');

/** @param files with their paths. What they import is compiled with them. */
export function compile(files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  return ts.createProgram(files, { ...options, noEmit: true, incremental: false });
}
