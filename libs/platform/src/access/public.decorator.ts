/** Marks routes that need no access token. Every other route needs one: the application's guard looks for this mark. */
import { applyDecorators, SetMetadata } from '@nestjs/common';

export const PUBLIC_ROUTE = 'aeturnis:public';

// Where @nestjs/swagger keeps what an operation needs; an empty list overrides what the whole document asks for.
const DOCUMENTED_SECURITY = 'swagger/apiSecurity';

export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(PUBLIC_ROUTE, true), SetMetadata(DOCUMENTED_SECURITY, []));
