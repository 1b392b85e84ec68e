/** Lists the routes of a running server. */
import type { RunningServer } from '../../../apps/server/src/server';

interface RouterLayer {
  name: string;
  handle: { stack?: unknown };
  route?: { path: string; methods: Record<string, boolean> };
}

/** All routes of the router, documented or not, as `GET /api/characters/:id`. */
export function routesOf({ app }: Pick<RunningServer, 'app'>): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: RouterLayer[] } };
  return router.stack.flatMap(({ route }) =>
    route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
  );
}

/** Names of the middleware functions of the router; a mounted router is listed as `mounted NAME`. */
export function middlewareNamesOf({ app }: Pick<RunningServer, 'app'>): string[] {
  const { router } = app.getHttpAdapter().getInstance() as { router: { stack: RouterLayer[] } };
  return router.stack.flatMap(({ name, handle, route }) =>
    route ? [] : [Array.isArray(handle.stack) ? `mounted ${name}` : name],
  );
}

/** The routes of the OpenAPI document, as `GET /api/characters/{id}`. */
export async function documentedRoutes({ url }: Pick<RunningServer, 'url'>): Promise<string[]> {
  const document = (await (await fetch(`${url}/docs/openapi.json`)).json()) as { paths: Record<string, object> };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
