/** Registers the guards, the validation pipe and the error filter of all HTTP routes. */
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { APP_CONFIG } from '@aeturnis/platform';
import { QUOTA_STORE } from '@aeturnis/realtime';
import { ResponseLimits } from './limits/response-limits';
import { HttpErrorFilter } from './http-error.filter';
import { HTTP_METRIC_PROVIDERS, HttpMetrics } from './http-metrics';
import { HttpThrottlerGuard, throttlerOptions } from './limits/http-throttler.guard';
import { HttpValidationPipe } from './input/http-validation.pipe';
import { JwtHttpGuard } from './access/jwt-http.guard';
import { OperationGuard } from './limits/operation.guard';
import { RouteOperations } from './limits/route-operations';
import { UndeclaredInputGuard } from './input/undeclared-input.guard';

@Module({
  imports: [
    DiscoveryModule,
    ThrottlerModule.forRootAsync({ inject: [APP_CONFIG, QUOTA_STORE], useFactory: throttlerOptions }),
  ],
  providers: [
    // In this order, so that a request above the limit costs neither a signature check nor a database query.
    { provide: APP_GUARD, useClass: HttpThrottlerGuard },
    { provide: APP_GUARD, useClass: JwtHttpGuard },
    { provide: APP_GUARD, useClass: OperationGuard },
    { provide: APP_GUARD, useClass: UndeclaredInputGuard },
    ResponseLimits,
    HttpMetrics,
    ...HTTP_METRIC_PROVIDERS,
    RouteOperations,
    { provide: APP_PIPE, useClass: HttpValidationPipe },
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class HttpModule {}
