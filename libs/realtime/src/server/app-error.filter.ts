/** Answers an HTTP request that fails with an `AppError`: its status, and `{error: {code, message, retryable, …}}` as for commands. */
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AppError } from '@aeturnis/contracts';

@Catch(AppError)
export class AppErrorFilter implements ExceptionFilter<AppError> {
  private readonly logger = new Logger('Http');

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: AppError, host: ArgumentsHost): void {
    const { http, logLevel } = error.traits;
    if (logLevel === 'error') this.logger.error({ message: `request failed: ${error.message}`, error });
    const response = host.switchToHttp().getResponse<unknown>();
    const { httpAdapter } = this.adapterHost;
    if (error.retryAfterMs !== undefined)
      httpAdapter.setHeader(response, 'Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
    httpAdapter.reply(response, { error: error.toWire() }, http);
  }
}
