/** Parses request bodies: only JSON, up to a maximum size. */
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@aeturnis/contracts';
import { MAX_BODY_BYTES } from '@aeturnis/realtime';
import type { ErrorRequestHandler, RequestHandler } from 'express';

/** A body has no meaning in these methods (RFC 9110) and is ignored. */
const METHODS_WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

export const ignoresBody = ({ method }: { readonly method: string }): boolean => METHODS_WITHOUT_BODY.has(method);

const unsupportedMediaType = (): AppError =>
  new AppError(
    'UNSUPPORTED_MEDIA_TYPE',
    'A body must be JSON in UTF-8: send the header Content-Type: application/json',
  );

/** Refuses other media types: Express would ignore the body, and the route would use defaults. */
const requireJson: RequestHandler = (request, _response, next) => {
  const { headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const isJson = request.is('application/json') !== false;
  next(hasBody && !isJson && !ignoresBody(request) ? unsupportedMediaType() : undefined);
};

/** Translates the errors of body-parser by their `type`. Their messages quote the content and are not repeated. */
const translateParserErrors: ErrorRequestHandler = (
  error: { type?: unknown; status?: unknown },
  _request,
  _response,
  next,
) => {
  if (error.type === 'entity.too.large')
    next(new AppError('PAYLOAD_TOO_LARGE', `A body may have at most ${MAX_BODY_BYTES} bytes`));
  else if (error.type === 'entity.parse.failed') next(new AppError('VALIDATION', 'The body is not valid JSON'));
  else if (error.type === 'charset.unsupported' || error.type === 'encoding.unsupported') next(unsupportedMediaType());
  else if (typeof error.type === 'string')
    next(new AppError('VALIDATION', 'The body cannot be read', { cause: error }));
  else next(error);
};

export function parseBodies(app: NestExpressApplication): void {
  app.use(requireJson);
  // No compressed bodies: decompressing one can cost the server a thousand times what it costs the sender.
  app.useBodyParser('json', { limit: MAX_BODY_BYTES, inflate: false });
  app.use(translateParserErrors);
}
