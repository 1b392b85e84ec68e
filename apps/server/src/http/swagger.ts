/** The documents of the HTTP API: a page at /docs, and OpenAPI at /docs/openapi.json. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ACCESS_COOKIE } from '@aeturnis/realtime';
import { errorResponses } from './api-errors.decorator';

const DESCRIPTION = [
  'Everything a game client needs beside its socket: accounts, characters, and what administrators do.',
  'A route needs an access token unless it says otherwise: `Authorization: Bearer …`, or the cookie `accessToken`',
  '(with the header `Origin` for writes). An answer with a status of 2xx is the bare object; any other is',
  '`{error: {code, message, retryable, retryAfterMs?, details?, requestId}}`.',
].join(' ');

/** Made when somebody asks for it first. */
export function setupSwagger(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: 'Aeturnis Realtime: HTTP API',
    swaggerOptions: { persistAuthorization: true },
  });
}

function describeApi(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Aeturnis Realtime')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addCookieAuth(ACCESS_COOKIE)
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('cookie')
    .addGlobalResponse(
      ...errorResponses(['UNAUTHENTICATED', 'INVALID_TOKEN', 'EXPIRED_TOKEN', 'RATE_LIMITED', 'INTERNAL']),
    );
  return SwaggerModule.createDocument(app, builder.build());
}
