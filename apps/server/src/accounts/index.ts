/** Accounts, as other domains may use them. */
export { CurrentUser, Roles } from '../http';
export type { Role } from './account';
export { isReserved } from './account-name';
export { AccountsModule } from './accounts.module';
export { grantAdmin } from './administrators/grant-admin';
export { checkListedNames } from './administrators/listed-names';
export { jwtKey } from './tokens/jwt-secret';
export { type AccountsPage, AccountsService, type AccountSummary } from './accounts.service';
