/** Compiles sources of this repository, and code that uses them, in memory. */
import { join } from 'node:path';
import ts from 'typescript';

export const ROOT = join(__dirname, '../../..');

/** @param files with their paths. What they import is compiled with them. */
export function compile(files: readonly string[]): ts.Program {
  return ts.createProgram(files, compilerOptions());
}

/** @param code of an application, as an ES module that imports the packages of this repository. @returns what is wrong with it. */
export function compileText(code: string): readonly ts.Diagnostic[] {
  const path = join(ROOT, 'test/application.mts');
  const given = compilerOptions();
  const options = { ...given, paths: { ...given.paths, '@aeturnis/client': [join(ROOT, 'libs/client/src/index.ts')] } };
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target, ...more) =>
    name === path ? ts.createSourceFile(name, code, target) : readSource(name, target, ...more);
  const program = ts.createProgram([path], options, host);
  const source = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  return { ...options, noEmit: true, incremental: false };
}
