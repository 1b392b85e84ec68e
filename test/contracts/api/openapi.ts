/** Builds the document of the HTTP API, in OpenAPI 3.1, from the controllers, their decorators and their types. */
import { ACCESS_COOKIE } from '@aeturnis/realtime';
import { type JsonSchema, SCHEMA_PREFIX } from '../document/json-schema';
import { TypeSchemas } from '../document/type-schemas';
import { withValidationLimits } from '../document/validation-limits';
import { docCommentOf, tagsNamed } from '../reader/doc-comment';
import { type InputDeclaration, readRoutes, type RouteDeclaration } from '../reader/route-declarations';
import { describeRoutes, type DescribedRoute } from './described-routes';
import { errorResponses, errorsOf } from './error-responses';
import type { ApiDocument, ApiOperationObject, ApiParameter, ApiResponseObject } from './openapi-document';
import { API_TAGS, HEADERS, NOT_MODIFIED } from './standing-parts';

const DESCRIPTION = [
  'The requests that a game client makes beside its socket: accounts, characters and administration.',
  'A route needs an access token unless it is public: `Authorization: Bearer …`, or the cookie `accessToken`',
  '(with the header `Origin` for writes). A response with a status of 2xx is the bare object; any other response is',
  '`{error: {code, message, retryable, retryAfterMs?, details?, requestId}}`. Answers may carry further fields: ignore those',
  'that you do not know.',
].join(' ');

export async function buildApiDocument(version: string): Promise<ApiDocument> {
  const { checker, routes, errorAnswer } = await readRoutes();
  const types = new TypeSchemas(checker);
  types.schemaOf(errorAnswer);
  const components: ApiDocument['components'] = {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      cookie: { type: 'apiKey', in: 'cookie', name: ACCESS_COOKIE },
    },
    headers: HEADERS,
    ...{ examples: {}, responses: { NotModified: NOT_MODIFIED }, schemas: {} },
  };
  const paths: ApiDocument['paths'] = {};
  for (const described of await describeRoutes()) {
    const declared = routes.get(described.handler);
    if (!declared) throw new Error(`${described.handler} is not found in the sources of the controllers`);
    const { path, method } = described;
    paths[path] = { ...paths[path], [method]: operationOf(described, declared, types, components) };
  }
  components.schemas = sorted(Object.fromEntries(types.components));
  components.responses = sorted(components.responses);
  components.examples = sorted(components.examples);
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Aeturnis Realtime: HTTP API', version, description: DESCRIPTION },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that serves this document.' }],
    security: [{ bearer: [] }, { cookie: [] }],
    tags: API_TAGS,
    paths: sorted(paths),
    components,
  };
}

function operationOf(
  route: DescribedRoute,
  { body, query, result, isStreamed }: RouteDeclaration,
  types: TypeSchemas,
  components: ApiDocument['components'],
): ApiOperationObject {
  const parameters = [...route.pathParameters, ...(query ? queryParameters(query, types) : [])];
  const errors = errorsOf(route);
  const answer = result && types.schemaOf(result);
  // Express computes an entity tag of every answer that it sends as a whole.
  const hasTag = route.method === 'get' && !isStreamed;
  const successes = [...route.answers].map(([status, { description, example }]) => [
    String(status),
    successOf(description || (STATUS_TEXTS[status] ?? ''), status === 204 ? undefined : answer, example, hasTag),
  ]);
  return {
    operationId: operationIdOf(route.handler),
    ...{ summary: route.summary, tags: [...route.tags] },
    ...(route.isPublic && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: bodyOf(body, route.bodyExample, types) }),
    responses: {
      ...Object.fromEntries(successes),
      ...(hasTag && { 304: { $ref: '#/components/responses/NotModified' } }),
      ...errorResponses(errors, components),
    },
    'x-errors': errors,
  };
}

/** `ZonesController.list` → `zonesList`. */
function operationIdOf(handler: string): string {
  const [controller = '', method = ''] = handler.replace('Controller', '').split('.');
  return controller.charAt(0).toLowerCase() + controller.slice(1) + method.charAt(0).toUpperCase() + method.slice(1);
}

const STATUS_TEXTS: Readonly<Record<number, string>> = { 200: 'Success.', 201: 'Created.', 204: 'Done.' };

function successOf(
  description: string,
  schema: JsonSchema | undefined,
  example: unknown,
  hasTag: boolean,
): ApiResponseObject {
  return {
    description,
    headers: {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...(hasTag && { ETag: { $ref: '#/components/headers/ETag' } }),
    },
    ...(schema && { content: { 'application/json': { schema, example } } }),
  };
}

function bodyOf(input: InputDeclaration, given: unknown, types: TypeSchemas): ApiOperationObject['requestBody'] {
  const schema = inputSchema(input, types);
  const example = given ?? exampleOfClass(input) ?? exampleOfProperties(schema);
  types.components.set(input.dto.name, schema);
  return {
    // No body counts as an empty object.
    required: (schema.required ?? []).length > 0 || schema.oneOf !== undefined,
    content: { 'application/json': { schema: { $ref: `${SCHEMA_PREFIX}${input.dto.name}` }, example } },
  };
}

const inputSchema = ({ type, dto }: InputDeclaration, types: TypeSchemas): JsonSchema =>
  withValidationLimits({ ...types.describe(type), ...types.objectSchema(type) }, dto);

function exampleOfClass({ type }: InputDeclaration): unknown {
  const [declaration] = type.symbol.declarations ?? [];
  const [text] = declaration ? tagsNamed(docCommentOf(declaration), 'example') : [];
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function exampleOfProperties({ properties = {} }: JsonSchema): object {
  const given = Object.entries(properties).filter(([, { examples }]) => examples !== undefined);
  return Object.fromEntries(given.map(([name, { examples }]) => [name, examples?.[0]]));
}

function queryParameters(query: InputDeclaration, types: TypeSchemas): ApiParameter[] {
  const { properties = {}, required = [] } = inputSchema(query, types);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    ...{ name, in: 'query' as const, required: required.includes(name) },
    ...(description !== undefined && { description }),
    schema,
  }));
}

const sorted = <T>(entries: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
