/** Builds the OpenAPI document of the HTTP API from the decorators of the routes. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { PUBLIC_OPERATION } from '@aeturnis/platform';
import { ACCESS_COOKIE } from '@aeturnis/realtime';
import { errorResponses } from './api-errors.decorator';

const DESCRIPTION = [
  'The requests that a game client makes beside its socket: accounts, characters and administration.',
  'A route needs an access token unless it is public: `Authorization: Bearer …`, or the cookie `accessToken`',
  '(with the header `Origin` for writes). A response with a status of 2xx is the bare object; any other response is',
  '`{error: {code, message, retryable, retryAfterMs?, details?, requestId}}`.',
].join(' ');

/** Call it after the application is initialised: it describes the routes that are registered by then. */
export function createApiDocument(app: INestApplication): OpenAPIObject {
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

const [validationResponse] = errorResponses(['VALIDATION']);

/** Adds VALIDATION: every route of the API refuses a body or a query that it does not declare. */
function describeValidation(operation: unknown): void {
  const described = operation as { responses: object };
  described.responses = { 400: validationResponse, ...described.responses };
}

const [tokenResponse] = errorResponses(['UNAUTHENTICATED', 'INVALID_TOKEN', 'EXPIRED_TOKEN']);

/** Marks public operations as such, and adds the authentication errors to all others. */
function describeAccess(operation: unknown): void {
  const described = operation as { security?: object[]; responses: object; [PUBLIC_OPERATION]?: boolean };
  if (described[PUBLIC_OPERATION]) described.security = [];
  else described.responses = { 401: tokenResponse, ...described.responses };
}
