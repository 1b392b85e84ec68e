/** Disables the authentication routes when accounts belong to an outside issuer. */
import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import { AppError } from '@aeturnis/contracts';
import { APP_CONFIG, type AppConfig } from '@aeturnis/platform';

@Injectable()
export class OwnAccountsGuard implements CanActivate {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  canActivate(): boolean {
    if (this.config.issuer === 'own') return true;
    throw new AppError('NOT_FOUND', 'Accounts are kept by an outside issuer: get the token there');
  }
}
