/** The guards, the pipe and the filter that all routes have in common. */
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { APP_CONFIG } from '@aeturnis/platform';
import { QUOTA_STORE } from '@aeturnis/realtime';
import { AnswerLimits } from './answer-limits';
import { HttpErrorFilter } from './http-error.filter';
import { HTTP_METRIC_PROVIDERS, HttpMetrics } from './http-metrics';
import { HttpThrottlerGuard, throttlerOptions } from './http-throttler.guard';
import { HttpValidationPipe } from './http-validation.pipe';
import { JwtHttpGuard } from './jwt-http.guard';
import { OperationGuard } from './operation.guard';
import { RouteOperations } from './route-operations';
import { UndeclaredInputGuard } from './undeclared-input.guard';

@Module({
  imports: [
    DiscoveryModule,
    ThrottlerModule.forRootAsync({ inject: [APP_CONFIG, QUOTA_STORE], useFactory: throttlerOptions }),
  ],
  providers: [
    // In this order: a caller who is over the limit costs no signature and no look into the database.
    { provide: APP_GUARD, useClass: HttpThrottlerGuard },
    { provide: APP_GUARD, useClass: JwtHttpGuard },
    { provide: APP_GUARD, useClass: OperationGuard },
    { provide: APP_GUARD, useClass: UndeclaredInputGuard },
    AnswerLimits,
    HttpMetrics,
    ...HTTP_METRIC_PROVIDERS,
    RouteOperations,
    { provide: APP_PIPE, useClass: HttpValidationPipe },
    { provide: APP_FILTER, useClass: HttpErrorFilter },
  ],
})
export class HttpModule {}
