/** Answers every failed HTTP request with `{error: {code, message, retryable, …, requestId}}`, and logs it. */
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import { AppError, type ErrorAnswer } from '@aeturnis/contracts';
import { correlationId, FailureLog } from '@aeturnis/platform';
import { toAppError } from '@aeturnis/realtime';
import type { Request, Response } from 'express';
import { routeLabel } from './route-label';

const LEVEL = { debug: 'debug', info: 'log' } as const;
/** Errors of the server that are logged in full per minute. Clients get the request id of such an error, to report it. */
const MAX_ERRORS_IN_FULL = 5;

@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');
  private readonly failures = new FailureLog(this.logger);
  private readonly errors = new FailureLog(this.logger, { inFull: MAX_ERRORS_IN_FULL });

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const request = http.getRequest<Request>();
    const error = isUnknownRoute(exception, request) ? new AppError('NOT_FOUND', NO_ROUTE) : toAppError(exception);
    this.log(error, request);
    // Part of the response has been sent: a closed connection shows the client that it is incomplete.
    if (response.headersSent) return void response.destroy();
    if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1000));
    const answer: ErrorAnswer = { error: { ...error.toWire(), requestId: correlationId() } };
    response.status(error.traits.http).json(answer);
  }

  private log({ code, message, cause, traits: { logLevel } }: AppError, request: Request): void {
    const stack = logLevel !== 'debug' && cause instanceof Error ? { error: cause } : {};
    const entry = { message: `${routeLabel(request)}: ${message}`, code, ...stack };
    // One summary for all routes, because an outage affects many of them.
    if (logLevel === 'warn') this.failures.warn(entry, `${code} ${message}`);
    else if (logLevel === 'error') this.errors.error(entry, code);
    else this.logger[LEVEL[logLevel]](entry);
  }
}

const NO_ROUTE = 'There is no such route';

// Nest's own message repeats the address with its query, which may hold a token.
const isUnknownRoute = (exception: unknown, { route }: { route?: unknown }): boolean =>
  route === undefined && exception instanceof NotFoundException;
