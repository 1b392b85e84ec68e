/** The shape of the document of the HTTP API: the part of OpenAPI 3.1 that it uses, and its extension. */
import type { ErrorCode } from '@aeturnis/contracts';
import type { JsonSchema } from '../document/json-schema';

export interface DocumentReference {
  $ref: string;
}

export interface MediaType {
  schema: JsonSchema;
  example?: unknown;
  examples?: Record<string, DocumentReference>;
}

export type JsonContent = Record<'application/json', MediaType>;

export interface ApiParameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface ApiResponseObject {
  description: string;
  headers?: Record<string, DocumentReference>;
  content?: JsonContent;
}

export interface ApiOperationObject {
  operationId: string;
  summary: string;
  tags: string[];
  /** Empty for a public route; otherwise that of the document applies. */
  security?: [];
  parameters?: ApiParameter[];
  requestBody?: { required: boolean; content: JsonContent };
  responses: Record<string, ApiResponseObject | DocumentReference>;
  /** All codes of the errors that the route can answer. */
  'x-errors': ErrorCode[];
}

export interface ApiHeader {
  description: string;
  required: boolean;
  schema: JsonSchema;
}

export interface ApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: { url: string; description: string }[];
  security: Record<string, string[]>[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, ApiOperationObject>>;
  components: {
    securitySchemes: Record<string, object>;
    headers: Record<string, ApiHeader>;
    examples: Record<string, { summary: string; value: unknown }>;
    responses: Record<string, ApiResponseObject>;
    schemas: Record<string, JsonSchema>;
  };
}

/** The operations of the document by route, such as `GET /api/characters/{id}`. */
export function operationsOf({ paths }: Pick<ApiDocument, 'paths'>): ReadonlyMap<string, ApiOperationObject> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  );
}
