/** Public exports of accounts for other domains. */
export { CurrentUser, Roles } from '../http';
export type { Role } from './account';
export { isReservedName } from './account-name';
export { AccountsModule } from './accounts.module';
export {
  type AccountDetails,
  GRANTED_ROLES,
  type GrantedRole,
  UserAdministration,
} from './administration/user-administration';
export { grantAdmin } from './administrators/grant-admin';
export { checkListedNames } from './administrators/listed-names';
export { jwtKey } from './tokens/jwt-secret';
export { type AccountsPage, AccountsService } from './accounts.service';
export type { ExportedAccount } from './profile/account-export';
