/** Finds the declarations of all commands and events in the sources of the contracts, with the types of what they carry. */
import { join } from 'node:path';
import ts from 'typescript';
import { compile, ROOT } from './program';

const SOURCES = join(ROOT, 'libs/contracts/src');

export type ContractKind = 'command' | 'event';

export interface ContractDeclaration {
  readonly kind: ContractKind;
  readonly name: string;
  /** The call of `command()` or `event()`. */
  readonly node: ts.CallExpression;
  readonly payload: ts.Type;
  /** Only of a command. */
  readonly result?: ts.Type;
}

export interface DeclaredContracts {
  readonly checker: ts.TypeChecker;
  readonly contracts: readonly ContractDeclaration[];
}

const KINDS: ReadonlyMap<string, ContractKind> = new Map([
  ['CommandContract', 'command'],
  ['EventContract', 'event'],
]);

/** Compiles the contracts, which takes a second or two. */
export function readDeclarations(): DeclaredContracts {
  const program = compile([join(SOURCES, 'index.ts')]);
  const checker = program.getTypeChecker();
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(SOURCES));
  return { checker, contracts: files.flatMap((file) => declarationsIn(file, checker)) };
}

/** The contracts of a file are the elements of its lists: `[command({ … }), event(…)] as const`. */
function declarationsIn(file: ts.SourceFile, checker: ts.TypeChecker): ContractDeclaration[] {
  const found: ContractDeclaration[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isArrayLiteralExpression(node.parent)) {
      const declaration = declarationOf(node, checker);
      if (declaration) found.push(declaration);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function declarationOf(node: ts.CallExpression, checker: ts.TypeChecker): ContractDeclaration | null {
  const type = checker.getTypeAtLocation(node) as ts.TypeReference;
  const kind = KINDS.get(type.symbol.name);
  if (kind === undefined) return null;
  const [name, payload, result] = checker.getTypeArguments(type);
  if (!name?.isStringLiteral() || !payload) throw new Error(`${node.getText()} has no literal name`);
  return { kind, name: name.value, node, payload, ...(result && { result }) };
}
