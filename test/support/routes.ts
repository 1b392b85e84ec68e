/** The routes of a running server. */
import type { RunningServer } from '../../apps/server/src/server';

interface Layer {
  name: string;
  handle: { stack?: unknown };
  route?: { path: string; methods: Record<string, boolean> };
}

/** As the router knows them, whether they are documented or not: `GET /api/characters/:id`. */
export function routesOf({ app }: RunningServer): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

/** What else the router calls for a request: names of functions; what holds further layers is called mounted. */
export function handlersOf({ app }: RunningServer): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
  return router.stack.flatMap(({ name, handle, route }) =>
    route ? [] : [Array.isArray(handle.stack) ? `mounted ${name}` : name],
  );
}

/** As the OpenAPI document names them: `GET /api/characters/{id}`. */
export async function documentedRoutes({ url }: Pick<RunningServer, 'url'>): Promise<string[]> {
  const document = (await (await fetch(`${url}/docs/openapi.json`)).json()) as { paths: Record<string, object> };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
