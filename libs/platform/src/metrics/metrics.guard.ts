/** Requires METRICS_TOKEN for /metrics. If it is unset, metrics are open in development and closed in production. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import type { Request } from 'express';
import { APP_CONFIG, type AppConfig } from '../config/app-config';

@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const expected = this.config.metricsToken;
    if (expected === undefined) {
      if (!this.config.isProduction) return true;
      throw new AppError('FORBIDDEN', 'Metrics are closed: set METRICS_TOKEN on the server');
    }
    const authorization = context.switchToHttp().getRequest<Request>().headers.authorization ?? '';
    if (isSameSecret(authorization, `Bearer ${expected}`)) return true;
    throw new AppError('UNAUTHENTICATED', 'Metrics need METRICS_TOKEN: send Authorization: Bearer …');
  }
}

// timingSafeEqual needs equal lengths. Comparing hashes also hides the length of the secret.
const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
const isSameSecret = (left: string, right: string): boolean => timingSafeEqual(digest(left), digest(right));
