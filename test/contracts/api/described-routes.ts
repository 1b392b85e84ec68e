/** What the decorators of the controllers say about the routes, read without a running server. */
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { loadConfig, PUBLIC_OPERATION } from '@aeturnis/platform';
import type { ErrorCode } from '@aeturnis/contracts';
import { AppModule } from '../../../apps/server/src/app.module';
import { ROUTE_ERRORS } from '../../../apps/server/src/http/documentation/api-errors.decorator';
import type { ApiParameter } from './openapi-document';

interface DescribedContent {
  'application/json'?: { schema?: { example?: unknown }; examples?: Record<string, { value: unknown }> };
}

export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  /** The controller and its method, such as `ZonesController.list`. */
  readonly handler: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
  readonly errors: readonly ErrorCode[];
  readonly pathParameters: readonly ApiParameter[];
  readonly bodyExample: unknown;
  /** By status. */
  readonly answers: ReadonlyMap<number, { readonly description: string; readonly example: unknown }>;
}

interface SwaggerOperation {
  operationId: string;
  summary?: string;
  tags?: string[];
  parameters?: ApiParameter[];
  requestBody?: { content?: DescribedContent };
  responses: Record<string, { description?: string; content?: DescribedContent }>;
  [ROUTE_ERRORS]?: ErrorCode[];
  [PUBLIC_OPERATION]?: boolean;
}

export async function describeRoutes(): Promise<DescribedRoute[]> {
  // Controllers and providers are not instantiated, so that no database is needed.
  const options = { preview: true, abortOnError: false, logger: false } as const;
  const app = await NestFactory.create(AppModule.forRoot(loadConfig({})), options);
  const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build(), {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
  });
  return Object.entries(paths as Record<string, Record<string, SwaggerOperation>>).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(method, path, operation)),
  );
}

function routeOf(method: string, path: string, operation: SwaggerOperation): DescribedRoute {
  const answers = Object.entries(operation.responses).map(([status, { description = '', content }]) => {
    return [Number(status), { description, example: exampleOf(content) }] as const;
  });
  return {
    method,
    path,
    handler: operation.operationId,
    summary: operation.summary ?? '',
    tags: operation.tags ?? [],
    isPublic: operation[PUBLIC_OPERATION] === true,
    errors: operation[ROUTE_ERRORS] ?? [],
    pathParameters: (operation.parameters ?? []).filter((parameter) => parameter.in === 'path'),
    bodyExample: exampleOf(operation.requestBody?.content),
    answers: new Map(answers),
  };
}

function exampleOf(content: DescribedContent | undefined): unknown {
  const { schema, examples = {} } = content?.['application/json'] ?? {};
  return schema?.example ?? Object.values(examples)[0]?.value;
}
