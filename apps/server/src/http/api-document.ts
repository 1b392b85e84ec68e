/** The OpenAPI document of the HTTP API, made of what the routes say about themselves. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { PUBLIC_OPERATION } from '@aeturnis/platform';
import { ACCESS_COOKIE } from '@aeturnis/realtime';
import { errorResponses } from './api-errors.decorator';

const DESCRIPTION = [
  'Everything a game client needs beside its socket: accounts, characters, and what administrators do.',
  'A route needs an access token unless it says otherwise: `Authorization: Bearer …`, or the cookie `accessToken`',
  '(with the header `Origin` for writes). An answer with a status of 2xx is the bare object; any other is',
  '`{error: {code, message, retryable, retryAfterMs?, details?, requestId}}`.',
].join(' ');

/** Call it when the application is initialised: it describes the routes that are there then. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Aeturnis Realtime')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addCookieAuth(ACCESS_COOKIE)
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('cookie')
    .addGlobalResponse(...errorResponses(['RATE_LIMITED', 'INTERNAL']));
  const document = SwaggerModule.createDocument(app, builder.build());
  for (const [path, operations] of Object.entries(document.paths)) {
    Object.values(operations).forEach(describeAccess);
    if (path.startsWith('/api/')) Object.values(operations).forEach(describeValidation);
  }
  return document;
}

const [invalid] = errorResponses(['VALIDATION']);

/** Every route of the API refuses a body or a query that it does not declare. */
function describeValidation(operation: unknown): void {
  const described = operation as { responses: object };
  described.responses = { 400: invalid, ...described.responses };
}

const [refusal] = errorResponses(['UNAUTHENTICATED', 'INVALID_TOKEN', 'EXPIRED_TOKEN']);

/** Says that a public operation needs nothing, and how all others refuse. */
function describeAccess(operation: unknown): void {
  const described = operation as { security?: object[]; responses: object; [PUBLIC_OPERATION]?: boolean };
  if (described[PUBLIC_OPERATION]) described.security = [];
  else described.responses = { 401: refusal, ...described.responses };
}
