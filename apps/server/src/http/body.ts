/** Reads request bodies: JSON alone, and not too much of it. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@aeturnis/contracts';
import { MAX_BODY_BYTES } from '@aeturnis/realtime';
import type { ErrorRequestHandler } from 'express';

/** The errors of the parser carry a `type` (see body-parser); what they say about the content is not repeated. */
const asAppErrors: ErrorRequestHandler = (error: { type?: unknown; status?: unknown }, _request, _response, next) => {
  if (error.type === 'entity.too.large')
    next(new AppError('PAYLOAD_TOO_LARGE', `A body may have ${MAX_BODY_BYTES / 1_000} kB`));
  else if (error.type === 'entity.parse.failed') next(new AppError('VALIDATION', 'The body is not valid JSON'));
  else if (typeof error.type === 'string')
    next(new AppError('VALIDATION', 'The body cannot be read', { cause: error }));
  else next(error);
};

export function readBodies(app: NestExpressApplication): void {
  app.useBodyParser('json', { limit: MAX_BODY_BYTES });
  app.use(asAppErrors);
}
