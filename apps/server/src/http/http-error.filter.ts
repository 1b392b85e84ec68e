/** Every failure of an HTTP request in one shape: `{error: {code, message, retryable, …, requestId}}`. */
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { AppError } from '@aeturnis/contracts';
import { correlationId } from '@aeturnis/platform';
import { toAppError } from '@aeturnis/realtime';
import type { Request, Response } from 'express';

const LEVEL = { debug: 'debug', info: 'log', warn: 'warn', error: 'error' } as const;

@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const error = toAppError(exception);
    this.log(error, http.getRequest<Request>());
    // Half an answer cannot be taken back; cutting it off tells the client that it is one.
    if (response.headersSent) return void response.destroy();
    if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1000));
    response.status(error.traits.http).json({ error: { ...error.toWire(), requestId: correlationId() } });
  }

  private log({ code, message, cause, traits: { logLevel } }: AppError, { method, path }: Request): void {
    const stack = logLevel !== 'debug' && cause instanceof Error ? { error: cause } : {};
    this.logger[LEVEL[logLevel]]({ message: `${method} ${path}: ${message}`, code, ...stack });
  }
}
