/** Lets only the holder of METRICS_TOKEN read metrics; without one they are open in development and closed in production. */
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
      if (!this.config.production) return true;
      throw new AppError('FORBIDDEN', 'Metrics are closed: set METRICS_TOKEN');
    }
    const given = context.switchToHttp().getRequest<Request>().headers.authorization ?? '';
    if (same(given, `Bearer ${expected}`)) return true;
    throw new AppError('UNAUTHENTICATED', 'Metrics need the bearer token METRICS_TOKEN');
  }
}

// Hashes have one length, so that the comparison tells nothing about the secret's.
const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
const same = (left: string, right: string): boolean => timingSafeEqual(digest(left), digest(right));
