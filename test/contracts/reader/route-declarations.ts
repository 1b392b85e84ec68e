/** Finds the handlers of all HTTP routes in the sources of the controllers, with the types of what they take and answer. */
import { join } from 'node:path';
import type { Constructor } from '@aeturnis/contracts';
import ts from 'typescript';
import { compile, ROOT } from './program';

const ERRORS = join(ROOT, 'libs/contracts/src/errors/error-catalogue.ts');

/** A class whose instances a route takes: the type says which properties it has, the class which values they may have. */
export interface InputDeclaration {
  readonly type: ts.Type;
  readonly dto: Constructor<object>;
}

export interface RouteDeclaration {
  readonly body: InputDeclaration | undefined;
  readonly query: InputDeclaration | undefined;
  /** Absent for a route that answers nothing. */
  readonly result: ts.Type | undefined;
  /** Whether the handler writes the answer itself, in chunks. */
  readonly isStreamed: boolean;
}

export interface DeclaredRoutes {
  readonly checker: ts.TypeChecker;
  /** By controller and method, such as `ZonesController.list`. */
  readonly routes: ReadonlyMap<string, RouteDeclaration>;
  /** The type of the body of every answer with an error. */
  readonly errorAnswer: ts.Type;
}

/** Compiles the server, which takes some seconds. */
export async function readRoutes(): Promise<DeclaredRoutes> {
  const folders = ['apps', 'libs'].map((folder) => join(ROOT, folder));
  const isController = /\/src\/.*\.controller\.ts$/;
  const paths = folders
    .flatMap((folder) => ts.sys.readDirectory(folder, ['.ts'], ['**/node_modules']))
    .filter((path) => isController.test(path))
    .sort();
  const program = compile(paths);
  const checker = program.getTypeChecker();
  const routes = new Map<string, RouteDeclaration>();
  for (const path of paths) {
    const classes = (await import(path)) as Record<string, Constructor<object>>;
    for (const node of program.getSourceFile(path)?.statements ?? []) {
      const controller = ts.isClassDeclaration(node) && node.name ? classes[node.name.text] : undefined;
      if (!controller || !ts.isClassDeclaration(node) || !decoratorOf(node, 'Controller')) continue;
      for (const member of node.members)
        if (ts.isMethodDeclaration(member) && ts.isIdentifier(member.name) && ts.getDecorators(member))
          routes.set(`${controller.name}.${member.name.text}`, routeOf(member, member.name.text, controller, checker));
    }
  }
  return { checker, routes, errorAnswer: interfaceIn(program, ERRORS, 'ErrorAnswer') };
}

function routeOf(
  method: ts.MethodDeclaration,
  name: string,
  controller: Constructor<object>,
  checker: ts.TypeChecker,
): RouteDeclaration {
  const dtos = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) as Constructor<object>[];
  const inputOf = (decorator: string): InputDeclaration | undefined => {
    const index = method.parameters.findIndex((parameter) => decoratorOf(parameter, decorator));
    const [parameter, dto] = [method.parameters[index], dtos[index]];
    return parameter && dto && { type: checker.getTypeAtLocation(parameter), dto };
  };
  const signature = checker.getSignatureFromDeclaration(method);
  if (!signature) throw new Error(`${controller.name}.${name} has no signature`);
  const returned = checker.getReturnTypeOfSignature(signature);
  return {
    body: inputOf('Body'),
    query: inputOf('Query'),
    ...answerOf(checker.getAwaitedType(returned) ?? returned, checker),
  };
}

function answerOf(type: ts.Type, checker: ts.TypeChecker): Pick<RouteDeclaration, 'result' | 'isStreamed'> {
  const isStreamed = (type.symbol as ts.Symbol | undefined)?.name === 'Streamed';
  if (isStreamed) return { isStreamed, result: checker.getTypeArguments(type as ts.TypeReference)[0] };
  return { isStreamed, result: type.flags & ts.TypeFlags.Void ? undefined : type };
}

const decoratorOf = (node: ts.HasDecorators, name: string): ts.Decorator | undefined =>
  ts
    .getDecorators(node)
    ?.find(({ expression }) => ts.isCallExpression(expression) && expression.expression.getText() === name);

function interfaceIn(program: ts.Program, path: string, name: string): ts.Type {
  const declaration = program
    .getSourceFile(path)
    ?.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  if (!declaration) throw new Error(`${path} has no interface ${name}`);
  return program.getTypeChecker().getTypeAtLocation(declaration);
}
