/** Reads request bodies: JSON alone, and not too much of it. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@aeturnis/contracts';
import { MAX_BODY_BYTES } from '@aeturnis/realtime';
import type { ErrorRequestHandler, RequestHandler } from 'express';

/** Reads and pages have no body: what a client sends along is ignored there, as RFC 9110 has it. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

export const ignoresBody = ({ method }: { readonly method: string }): boolean => WITHOUT_BODY.has(method);

const unsupported = (): AppError =>
  new AppError(
    'UNSUPPORTED_MEDIA_TYPE',
    'A body must be JSON in UTF-8: send the header Content-Type: application/json',
  );

/** A body of another kind would be ignored, and the request done with defaults. */
const onlyJson: RequestHandler = (request, _response, next) => {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const isJson = request.is('application/json') !== false;
  next(hasBody && !isJson && !ignoresBody(request) ? unsupported() : undefined);
};

/** The errors of the parser carry a `type` (see body-parser); what they say about the content is not repeated. */
const asAppErrors: ErrorRequestHandler = (error: { type?: unknown; status?: unknown }, _request, _response, next) => {
  if (error.type === 'entity.too.large')
    next(new AppError('PAYLOAD_TOO_LARGE', `A body may have ${MAX_BODY_BYTES} bytes`));
  else if (error.type === 'entity.parse.failed') next(new AppError('VALIDATION', 'The body is not valid JSON'));
  else if (error.type === 'charset.unsupported' || error.type === 'encoding.unsupported') next(unsupported());
  else if (typeof error.type === 'string')
    next(new AppError('VALIDATION', 'The body cannot be read', { cause: error }));
  else next(error);
};

export function readBodies(app: NestExpressApplication): void {
  app.use(onlyJson);
  // Compressed, a body costs a thousand times what its sender pays; none of ours is worth it.
  app.useBodyParser('json', { limit: MAX_BODY_BYTES, inflate: false });
  app.use(asAppErrors);
}
